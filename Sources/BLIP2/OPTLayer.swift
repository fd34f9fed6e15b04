import Checkpoints
import TensorCore

/// One pre-norm layer of OPT: x + attention(norm(x)), then x + feed-forward(norm(x)).
struct OPTLayer: Sendable {
    private let headCount: Int
    private let attentionLayerNorm: LayerNorm
    private let queryKeyValue: LinearGroup
    private let attentionOutput: Linear
    private let feedForward: FeedForward

    init(_ configuration: OPTConfiguration, weights: WeightScope) throws {
        let (width, inner) = (configuration.width, configuration.feedForwardWidth)
        let epsilon = OPTDecoder.layerNormEpsilon
        let attention = weights["self_attn"]
        headCount = configuration.headCount
        attentionLayerNorm = try LayerNorm(weights["self_attn_layer_norm"], width: width, epsilon: epsilon)
        queryKeyValue = LinearGroup([
            try Linear(attention["q_proj"], from: width, to: width),
            try Linear(attention["k_proj"], from: width, to: width),
            try Linear(attention["v_proj"], from: width, to: width),
        ])
        attentionOutput = try Linear(attention["out_proj"], from: width, to: width)
        feedForward = FeedForward(
            norm: try LayerNorm(weights["final_layer_norm"], width: width, epsilon: epsilon),
            input: try Linear(weights["fc1"], from: width, to: inner), activation: .relu,
            output: try Linear(weights["fc2"], from: inner, to: width))
    }

    /// Changes `hidden` in place and appends its keys and values to the cache.
    /// - Shape: `[R, D]`, the spans' rows one after the other.
    func callAsFunction(
        _ hidden: borrowing Tensor, spans: [SequenceSpan], cache: KeyValueCache, in context: ComputeContext
    ) {
        let projected = queryKeyValue(
            hidden, normalizedBy: attentionLayerNorm, allowsBFloat16: false, in: context)  // [R, 3 * D]
        // The scale belongs to the query, its bias included, and is applied to its products with the keys.
        let attended = cache.attend(
            projected, spans: spans, headCount: headCount,
            scale: 1 / Float(hidden.columns / headCount).squareRoot(), in: context)  // [R, D]
        attentionOutput.add(attended, to: hidden, in: context)
        feedForward(hidden, in: context)
    }
}
