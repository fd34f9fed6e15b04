import Checkpoints
import TensorCore

/// One pre-norm layer of OPT: x + attention(norm(x)), then x + feed-forward(norm(x)).
struct OPTLayer: Sendable {
    private let headCount: Int
    private let attentionLayerNorm: LayerNorm
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let attentionOutput: Linear
    private let feedForwardLayerNorm: LayerNorm
    private let feedForwardInput: Linear
    private let feedForwardOutput: Linear

    init(_ configuration: OPTConfiguration, weights: WeightScope) throws {
        let (width, inner) = (configuration.width, configuration.feedForwardWidth)
        let epsilon = OPTDecoder.layerNormEpsilon
        let attention = weights["self_attn"]
        headCount = configuration.headCount
        attentionLayerNorm = try LayerNorm(weights["self_attn_layer_norm"], width: width, epsilon: epsilon)
        query = try Linear(attention["q_proj"], from: width, to: width)
        key = try Linear(attention["k_proj"], from: width, to: width)
        value = try Linear(attention["v_proj"], from: width, to: width)
        attentionOutput = try Linear(attention["out_proj"], from: width, to: width)
        feedForwardLayerNorm = try LayerNorm(weights["final_layer_norm"], width: width, epsilon: epsilon)
        feedForwardInput = try Linear(weights["fc1"], from: width, to: inner)
        feedForwardOutput = try Linear(weights["fc2"], from: inner, to: width)
    }

    /// Changes `hidden` in place and appends its keys and values to the cache.
    /// - Shape: `[R, D]`, the spans' rows one after the other.
    func callAsFunction(
        _ hidden: borrowing Tensor, spans: [SequenceSpan], cache: KeyValueCache, in context: ComputeContext
    ) {
        let normalized = attentionLayerNorm(hidden, in: context)  // [R, D]
        // The scale belongs to the query, its bias included, and is applied to its products with the keys.
        let attended = cache.attend(
            queries: query(normalized, in: context), newKeys: key(normalized, in: context),
            newValues: value(normalized, in: context), spans: spans, headCount: headCount,
            scale: 1 / Float(hidden.columns / headCount).squareRoot(), in: context)  // [R, D]
        attentionOutput.add(attended, to: hidden, in: context)

        let inner = feedForwardInput(
            feedForwardLayerNorm(hidden, in: context), activation: .relu, in: context)  // [R, F]
        feedForwardOutput.add(inner, to: hidden, in: context)
    }
}
