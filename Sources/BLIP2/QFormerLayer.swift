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

/// Attention as in BERT: norm(x + output(attention(x, source))).
struct QFormerAttention: Sendable {
    private let headCount: Int
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear
    private let layerNorm: LayerNorm

    init(_ configuration: QFormerConfiguration, keyWidth: Int, weights: WeightScope) throws {
        let width = configuration.width
        headCount = configuration.headCount
        query = try Linear(weights["attention"]["query"], from: width, to: width)
        key = try Linear(weights["attention"]["key"], from: keyWidth, to: width)
        value = try Linear(weights["attention"]["value"], from: keyWidth, to: width)
        output = try Linear(weights["output"]["dense"], from: width, to: width)
        layerNorm = try LayerNorm(
            weights["output"]["LayerNorm"], width: width, epsilon: configuration.layerNormEpsilon)
    }

    /// Changes `hidden` in place.
    /// - Shape: hidden `[B, Q, D]`, source `[B, T, Dk]`.
    func callAsFunction(_ hidden: borrowing Tensor, source: borrowing Tensor, in context: ComputeContext) {
        let queries = query(hidden, in: context)  // [B, Q, D]
        let keys = key(source, in: context)  // [B, T, D]
        let values = value(source, in: context)  // [B, T, D]
        let attended = attention(
            queries: MatrixView(queries), keys: MatrixView(keys), values: MatrixView(values),
            batch: hidden.shape[0], headCount: headCount,
            scale: 1 / Float(hidden.columns / headCount).squareRoot(), in: context)  // [B, Q, D]
        output.add(attended, to: hidden, in: context)
        layerNorm.apply(to: hidden, in: context)
    }
}
