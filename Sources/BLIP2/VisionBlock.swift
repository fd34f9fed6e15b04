import Checkpoints
import TensorCore

/// One pre-norm layer of the vision transformer: x + attention(norm(x)), then x + feed-forward(norm(x)).
struct VisionBlock: Sendable {
    private let headCount: Int
    private let attentionLayerNorm: LayerNorm
    private let queryKeyValue: LinearGroup
    private let attentionOutput: Linear
    private let feedForward: FeedForward

    init(_ configuration: VisionConfiguration, weights: WeightScope) throws {
        let (width, inner) = (configuration.width, configuration.feedForwardWidth)
        headCount = configuration.headCount
        attentionLayerNorm = try LayerNorm(
            weights["layer_norm1"], width: width, epsilon: configuration.layerNormEpsilon)
        queryKeyValue = LinearGroup([
            try Linear(weights["self_attn"]["qkv"], from: width, to: 3 * width, hasBias: configuration.hasAttentionBias)
        ])
        attentionOutput = try Linear(weights["self_attn"]["projection"], from: width, to: width)
        feedForward = FeedForward(
            norm: try LayerNorm(weights["layer_norm2"], width: width, epsilon: configuration.layerNormEpsilon),
            input: try Linear(weights["mlp"]["fc1"], from: width, to: inner), activation: .gelu,
            output: try Linear(weights["mlp"]["fc2"], from: inner, to: width))
    }

    /// Changes `hidden` in place.
    /// - Shape: `[B, T, D]`.
    func callAsFunction(_ hidden: borrowing Tensor, in context: ComputeContext) {
        let headSize = hidden.columns / headCount
        let projected = queryKeyValue(
            hidden, normalizedBy: attentionLayerNorm, allowsBFloat16: headSize % 2 == 0, in: context)  // [B * T, 3 * D]
        let attended = selfAttention(
            projected, batch: hidden.shape[0], headCount: headCount, scale: 1 / Float(headSize).squareRoot(),
            in: context)  // [B, T, D]
        attentionOutput.add(attended, to: hidden, in: context)
        feedForward(hidden, in: context)
    }
}
