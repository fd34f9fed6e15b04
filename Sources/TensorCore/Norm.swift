package import CaptionerKernels

/// A normalisation of rows, as a layer of its own or on the way into linear layers.
package protocol Norm: Sendable {
    /// D, the length of a row.
    var width: Int { get }
    /// As kernels take it. Valid as long as the layer lives.
    var normalization: RowNormalization { get }
}

/// What a kernel needs of a norm.
package struct RowNormalization: @unchecked Sendable {
    package let kernel: RowBlock.Normalization

    package init(_ kernel: RowBlock.Normalization) { self.kernel = kernel }
}

extension Norm {
    /// The normalised rows of `x`.
    /// - Shape: `[..., D]` to `[..., D]`.
    package func callAsFunction(_ x: borrowing Tensor, in context: ComputeContext) -> Tensor {
        let result = Tensor(shape: x.shape, in: context)
        normalize(x.pointer, into: result.pointer, rows: x.rows, columns: x.columns, in: context)
        return result
    }

    /// Normalises the rows of `x` in place.
    /// - Shape: `[..., D]`.
    package func apply(to x: borrowing Tensor, in context: ComputeContext) {
        normalize(x.pointer, into: x.pointer, rows: x.rows, columns: x.columns, in: context)
    }

    private func normalize(
        _ source: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>, rows: Int, columns: Int,
        in context: ComputeContext
    ) {
        precondition(columns == width, "\(Self.self): rows of \(columns) for a weight of \(width)")
        let rowsPerTask = max(1, 16384 / max(columns, 1))
        let tasks = (rows + rowsPerTask - 1) / rowsPerTask
        let (kernels, normalization) = (context.kernels.kernels, normalization.kernel)
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
}
