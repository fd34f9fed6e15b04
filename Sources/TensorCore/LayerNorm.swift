import MatrixKernels

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
        let kernels = context.kernels.kernels
        context.pool.forEach(tasks) { task in
            let row = task * rowsPerTask
            let block = RowBlock(
                source: source + row * columns, sourceStride: columns, rows: min(rowsPerTask, rows - row),
                columns: columns, normalization: normalization, format: .float32, target: target + row * columns,
                targetStride: columns * 4)
            // Normalised rows that stay floats need no scratch memory.
            kernels.transform(block, scratch: target)
        }
    }

    /// As kernels take it. Valid as long as this layer lives.
    var normalization: RowBlock.Normalization {
        RowBlock.Normalization(weight: weight.pointer, bias: bias.pointer, epsilon: epsilon)
    }
}
