import Checkpoints
import TensorCore

/// One post-norm layer of the Q-Former: self-attention of the queries, in some layers cross-attention to the image,
/// then a feed-forward.
struct QFormerLayer: Sendable {
    private let selfAttention: QFormerAttention
    private let crossAttention: QFormerAttention?
    private let feedForwardInput: Linear
    private let feedForwardOutput: Linear
    private let feedForwardLayerNorm: LayerNorm

    init(_ configuration: QFormerConfiguration, hasCrossAttention: Bool, weights: WeightScope) throws {
        let (width, inner) = (configuration.width, configuration.feedForwardWidth)
        selfAttention = try QFormerAttention(configuration, keyWidth: width, weights: weights["attention"])
        crossAttention =
            hasCrossAttention
            ? try QFormerAttention(
                configuration, keyWidth: configuration.encoderWidth, weights: weights["crossattention"])
            : nil
        feedForwardInput = try Linear(weights["intermediate_query"]["dense"], from: width, to: inner)
        feedForwardOutput = try Linear(weights["output_query"]["dense"], from: inner, to: width)
        feedForwardLayerNorm = try LayerNorm(
            weights["output_query"]["LayerNorm"], width: width, epsilon: configuration.layerNormEpsilon)
    }

    /// Changes `hidden` in place.
    /// - Shape: hidden `[B, Q, D]`, image tokens `[B, T, Dv]`.
    func callAsFunction(_ hidden: borrowing Tensor, imageTokens: borrowing Tensor, in context: ComputeContext) {
        selfAttention(hidden, source: hidden, in: context)
        crossAttention?(hidden, source: imageTokens, in: context)
        let inner = feedForwardInput(hidden, activation: .gelu, in: context)  // [B, Q, F]
        feedForwardOutput.add(inner, to: hidden, in: context)
        feedForwardLayerNorm.apply(to: hidden, in: context)
    }
}
