import CaptionerCheckpoints
import CaptionerTensorCore

/// Attention of the queries over the image tokens as in BERT: norm(x + output(attention(x, image tokens))).
struct QFormerCrossAttention: Sendable {
    private let sizes: AttentionSizes
    private let query: LinearGroup
    private let keyValue: LinearGroup
    private let output: Linear
    private let layerNorm: LayerNorm

    init(_ configuration: QFormerConfiguration, weights: WeightScope) throws {
        let (width, attention) = (configuration.width, weights["attention"])
        sizes = AttentionSizes(
            .shortSequences, headCount: configuration.headCount, headSize: width / configuration.headCount)
        query = try LinearGroup(attention, ["query"], from: width, to: width)
        keyValue = try LinearGroup(attention, ["key", "value"], from: configuration.encoderWidth, to: width)
        output = try Linear(weights["output"]["dense"], from: width, to: width)
        layerNorm = try LayerNorm(
            weights["output"]["LayerNorm"], width: width, epsilon: configuration.layerNormEpsilon)
    }

    /// Changes `hidden` in place.
    /// - Shape: hidden `[B, Q, D]`, image tokens `[B, T, Dv]`.
    func callAsFunction(_ hidden: borrowing Tensor, imageTokens: borrowing Tensor, in context: ComputeContext) {
        let queries = query(hidden, for: sizes, in: context)  // [B * Q, D]
        let source = keyValue(imageTokens, for: sizes, in: context)  // [B * T, 2 * D]
        let attended = crossAttention(
            queries, over: source, batch: hidden.shape[0], sizes: sizes, in: context)  // [B, Q, D]
        output.add(attended, to: hidden, in: context)
        layerNorm.apply(to: hidden, in: context)
    }
}
