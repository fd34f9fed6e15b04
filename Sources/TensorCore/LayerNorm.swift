/// Layer normalisation over the last dimension (Ba, Kiros and Hinton, arXiv 1607.06450): (x - mean)/√(variance + ε) ·
/// weight + bias.
public struct LayerNorm: Sendable {
    private let weight: Parameter  // [D]
    private let bias: Parameter  // [D]
    private let epsilon: Float

    /// - Parameters:
    ///   - weight: factor for each column, `[D]`.
    ///   - bias: summand for each column, `[D]`.
    ///   - epsilon: what is added to the variance, for example 1e-5.
    public init(weight: Parameter, bias: Parameter, epsilon: Float) {
        precondition(
            weight.shape.count == 1 && weight.shape == bias.shape, "LayerNorm: \(weight.shape) and \(bias.shape)")
        self.weight = weight
        self.bias = bias
        self.epsilon = epsilon
    }

    /// The normalised rows of `x`.
    /// - Shape: `[..., D]` to `[..., D]`.
    public func callAsFunction(_ x: borrowing Tensor, in context: ComputeContext) -> Tensor {
        let result = Tensor(shape: x.shape, in: context)
        normalize(x.pointer, into: result.pointer, rows: x.rows, columns: x.columns, in: context)
        return result
    }

    /// Normalises the rows of `x` in place.
    /// - Shape: `[..., D]`.
    public func apply(to x: borrowing Tensor, in context: ComputeContext) {
        normalize(x.pointer, into: x.pointer, rows: x.rows, columns: x.columns, in: context)
    }

    private func normalize(
        _ source: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>, rows: Int, columns: Int,
        in context: ComputeContext
    ) {
        precondition(columns == weight.count, "LayerNorm: rows of \(columns) for a weight of \(weight.count)")
        let rowsPerTask = max(1, 16384 / max(columns, 1))
        let tasks = (rows + rowsPerTask - 1) / rowsPerTask
        context.pool.forEach(tasks) { task in
            for row in (task * rowsPerTask)..<min((task + 1) * rowsPerTask, rows) {
                normalizeRow(source + row * columns, into: target + row * columns, count: columns)
            }
        }
    }

    /// Mean first, then the variance around it: the one-pass form loses digits where the mean is large.
    private func normalizeRow(
        _ source: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    ) {
        let mean = sum(source, count: count) / Float(count)
        let variance = sum(source, count: count) { ($0 - mean) * ($0 - mean) } / Float(count)
        let scale = 1 / (variance + epsilon).squareRoot()
        let weight = weight.pointer
        let bias = bias.pointer
        let whole = count & ~7
        var index = 0
        while index < whole {
            let normalized = (source.vector(at: index) - mean) * scale
            target.store(normalized * weight.vector(at: index) + bias.vector(at: index), at: index)
            index += 8
        }
        while index < count {
            target[index] = (source[index] - mean) * scale * weight[index] + bias[index]
            index += 1
        }
    }
}
