import CaptionerCheckpoints
import CaptionerTensorCore

/// One post-norm layer of the Q-Former: self-attention of the queries, in some layers cross-attention to the image,
/// then a feed-forward.
struct QFormerLayer: Sendable {
    private let selfAttention: PostNormAttention
    private let crossAttention: (queries: PostNormAttention, keysAndValues: LinearGroup)?
    private let feedForward: FeedForward
    private let feedForwardLayerNorm: LayerNorm

    init(_ configuration: QFormerConfiguration, hasCrossAttention: Bool, weights: WeightScope) throws {
        let (width, inner, epsilon) = (
            configuration.width, configuration.feedForwardWidth, configuration.layerNormEpsilon
        )
        let sizes = AttentionSizes(
            .shortSequences, headCount: configuration.headCount, headSize: width / configuration.headCount)
        selfAttention = try PostNormAttention(
            sizes, ["query", "key", "value"], projections: weights["attention"]["attention"],
            output: weights["attention"]["output"], epsilon: epsilon)
        let cross = weights["crossattention"]
        crossAttention =
            hasCrossAttention
            ? (
                try PostNormAttention(
                    sizes, ["query"], projections: cross["attention"], output: cross["output"], epsilon: epsilon),
                try LinearGroup(cross["attention"], ["key", "value"], from: configuration.encoderWidth, to: width)
            ) : nil
        feedForward = FeedForward(
            input: try Linear(weights["intermediate_query"]["dense"], from: width, to: inner), activation: .gelu,
            output: try Linear(weights["output_query"]["dense"], from: inner, to: width))
        feedForwardLayerNorm = try LayerNorm(
            weights["output_query"]["LayerNorm"], width: width, epsilon: epsilon)
    }

    /// Changes `hidden` in place.
    /// - Shape: hidden `[B, Q, D]`, image tokens `[B, T, Dv]`.
    func callAsFunction(_ hidden: borrowing Tensor, imageTokens: borrowing Tensor, in context: ComputeContext) {
        let (batch, sizes) = (hidden.shape[0], selfAttention.sizes)
        selfAttention(hidden, in: context) {
            CaptionerTensorCore.selfAttention($0, batch: batch, sizes: sizes, in: context)
        }
        if let crossAttention {
            let source = crossAttention.keysAndValues(imageTokens, for: sizes, in: context)  // [B * T, 2 * D]
            crossAttention.queries(hidden, in: context) {
                CaptionerTensorCore.crossAttention($0, over: source, batch: batch, sizes: sizes, in: context)
            }
        }
        feedForward(hidden, in: context)
        feedForwardLayerNorm.apply(to: hidden, in: context)
    }
}
