/// Activations: float32, row-major and contiguous, with one owner.
///
/// A tensor cannot be copied by accident; it is passed on, borrowed or changed in place. Its memory goes back to the
/// context's cache when it is dropped.
package struct Tensor: ~Copyable, @unchecked Sendable {
    /// Sizes, outermost first.
    package let shape: [Int]
    /// The number of floats.
    package let count: Int
    package let pointer: UnsafeMutablePointer<Float>
    private let byteCount: Int
    private let cache: BufferCache

    /// A tensor with arbitrary content.
    package init(shape: [Int], in context: ComputeContext) {
        precondition(shape.allSatisfy { $0 >= 0 }, "Tensor: negative size in shape \(shape)")
        self.shape = shape
        count = shape.reduce(1, *)
        cache = context.cache
        let buffer = cache.take(byteCount: count * MemoryLayout<Float>.stride)
        pointer = buffer.pointer.bindMemory(to: Float.self, capacity: count)
        byteCount = buffer.byteCount
    }

    /// A tensor with the given content.
    package init(_ values: some Collection<Float>, shape: [Int], in context: ComputeContext) {
        self.init(shape: shape, in: context)
        precondition(values.count == count, "Tensor: \(values.count) values for shape \(shape)")
        _ = UnsafeMutableBufferPointer(start: pointer, count: count).initialize(from: values)
    }

    deinit { cache.giveBack(pointer, byteCount: byteCount) }

    /// The size of the last dimension: the length of a row.
    package var columns: Int { shape.last ?? 1 }

    /// How many rows the tensor has when all but the last dimension are flattened.
    package var rows: Int { shape.dropLast().reduce(1, *) }

    /// Calls `body` with the floats, in row-major order.
    package borrowing func withFloats<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result
    {
        try body(UnsafeBufferPointer(start: pointer, count: count))
    }

    /// A copy of the floats, in row-major order.
    package borrowing func array() -> [Float] {
        withFloats { Array($0) }
    }

    /// Some of the rows, in the order given.
    /// - Returns: `[N, columns]`.
    package borrowing func gathered(rows: [Int], in context: ComputeContext) -> Tensor {
        let result = Tensor(shape: [rows.count, columns], in: context)
        for (index, row) in rows.enumerated() {
            precondition((0..<self.rows).contains(row), "Tensor: row \(row) of \(self.rows)")
            (result.pointer + index * columns).update(from: pointer + row * columns, count: columns)
        }
        return result
    }
}

extension Tensor {
    /// Multiplies each column by a factor and adds an offset, if there is one. Changes the tensor in place.
    /// - Parameters:
    ///   - factors: `[D]`
    ///   - offsets: `[D]`
    /// - Shape: `[..., D]`.
    package borrowing func scaleColumns(by factors: Parameter, adding offsets: Parameter? = nil) {
        precondition(
            factors.count == columns && offsets?.count ?? columns == columns,
            "Tensor: \(factors.shape) for rows of \(columns)")
        for row in 0..<rows {
            let start = pointer + row * columns
            for column in 0..<columns {
                start[column] = start[column] * factors.pointer[column] + (offsets?.pointer[column] ?? 0)
            }
        }
    }
}
