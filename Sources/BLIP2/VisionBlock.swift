import Checkpoints
import TensorCore

/// One pre-norm layer of the vision transformer: x + attention(norm(x)), then x + feed-forward(norm(x)).
struct VisionBlock: Sendable {
    private let headCount: Int
    private let attentionLayerNorm: LayerNorm
    private let queryKeyValue: Linear
    private let attentionOutput: Linear
    private let feedForwardLayerNorm: LayerNorm
    private let feedForwardInput: Linear
    private let feedForwardOutput: Linear

    init(_ configuration: VisionConfiguration, weights: WeightScope) throws {
        let (width, inner) = (configuration.width, configuration.feedForwardWidth)
        headCount = configuration.headCount
        attentionLayerNorm = try LayerNorm(
            weights["layer_norm1"], width: width, epsilon: configuration.layerNormEpsilon)
        queryKeyValue = try Linear(
            weights["self_attn"]["qkv"], from: width, to: 3 * width, hasBias: configuration.hasAttentionBias)
        attentionOutput = try Linear(weights["self_attn"]["projection"], from: width, to: width)
        feedForwardLayerNorm = try LayerNorm(
            weights["layer_norm2"], width: width, epsilon: configuration.layerNormEpsilon)
        feedForwardInput = try Linear(weights["mlp"]["fc1"], from: width, to: inner)
        feedForwardOutput = try Linear(weights["mlp"]["fc2"], from: inner, to: width)
    }

    /// Changes `hidden` in place.
    /// - Shape: `[B, T, D]`.
    func callAsFunction(_ hidden: borrowing Tensor, in context: ComputeContext) {
        let width = hidden.columns
        let projected = queryKeyValue(attentionLayerNorm(hidden, in: context), in: context)  // [B, T, 3 * D]
        let attended = attention(
            queries: MatrixView(projected, columns: 0..<width),
            keys: MatrixView(projected, columns: width..<(2 * width)),
            values: MatrixView(projected, columns: (2 * width)..<(3 * width)),
            batch: hidden.shape[0], headCount: headCount, scale: 1 / Float(width / headCount).squareRoot(),
            in: context)  // [B, T, D]
        attentionOutput.add(attended, to: hidden, in: context)

        let inner = feedForwardInput(
            feedForwardLayerNorm(hidden, in: context), activation: .gelu, in: context)  // [B, T, F]
        feedForwardOutput.add(inner, to: hidden, in: context)
    }
}
