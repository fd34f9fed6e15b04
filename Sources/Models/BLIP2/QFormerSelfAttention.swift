import CaptionerCheckpoints
import CaptionerTensorCore

/// Self-attention as in BERT: norm(x + output(attention(x))).
struct QFormerSelfAttention: Sendable {
    private let sizes: AttentionSizes
    private let queryKeyValue: LinearGroup
    private let output: Linear
    private let layerNorm: LayerNorm

    init(_ configuration: QFormerConfiguration, weights: WeightScope) throws {
        let (width, attention) = (configuration.width, weights["attention"])
        sizes = AttentionSizes(
            .shortSequences, headCount: configuration.headCount, headSize: width / configuration.headCount)
        queryKeyValue = try LinearGroup(attention, ["query", "key", "value"], from: width, to: width)
        output = try Linear(weights["output"]["dense"], from: width, to: width)
        layerNorm = try LayerNorm(
            weights["output"]["LayerNorm"], width: width, epsilon: configuration.layerNormEpsilon)
    }

    /// Changes `hidden` in place.
    /// - Shape: `[B, Q, D]`.
    func callAsFunction(_ hidden: borrowing Tensor, in context: ComputeContext) {
        let projected = queryKeyValue(hidden, for: sizes, in: context)  // [B * Q, 3 * D]
        let attended = selfAttention(projected, batch: hidden.shape[0], sizes: sizes, in: context)  // [B, Q, D]
        output.add(attended, to: hidden, in: context)
        layerNorm.apply(to: hidden, in: context)
    }
}
