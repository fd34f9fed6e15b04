import Checkpoints
import TensorCore

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
