import CaptionerCheckpoints
import CaptionerTensorCore

/// One post-norm layer of the Q-Former: self-attention of the queries, in some layers cross-attention to the image,
/// then a feed-forward.
struct QFormerLayer: Sendable {
    private let selfAttention: QFormerSelfAttention
    private let crossAttention: QFormerCrossAttention?
    private let feedForward: FeedForward
    private let feedForwardLayerNorm: LayerNorm

    init(_ configuration: QFormerConfiguration, hasCrossAttention: Bool, weights: WeightScope) throws {
        let (width, inner) = (configuration.width, configuration.feedForwardWidth)
        selfAttention = try QFormerSelfAttention(configuration, weights: weights["attention"])
        crossAttention =
            hasCrossAttention
            ? try QFormerCrossAttention(configuration, weights: weights["crossattention"]) : nil
        feedForward = FeedForward(
            input: try Linear(weights["intermediate_query"]["dense"], from: width, to: inner), activation: .gelu,
            output: try Linear(weights["output_query"]["dense"], from: inner, to: width))
        feedForwardLayerNorm = try LayerNorm(
            weights["output_query"]["LayerNorm"], width: width, epsilon: configuration.layerNormEpsilon)
    }

    /// Changes `hidden` in place.
    /// - Shape: hidden `[B, Q, D]`, image tokens `[B, T, Dv]`.
    func callAsFunction(_ hidden: borrowing Tensor, imageTokens: borrowing Tensor, in context: ComputeContext) {
        selfAttention(hidden, in: context)
        crossAttention?(hidden, imageTokens: imageTokens, in: context)
        feedForward(hidden, in: context)
        feedForwardLayerNorm.apply(to: hidden, in: context)
    }
}
