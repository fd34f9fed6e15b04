import CaptionerKernels

/// Rows of queries, keys and values, as linear layers leave them for attention: float32, or bfloat16.
package struct Projection: ~Copyable, @unchecked Sendable {
    let rows: Int
    let columns: Int
    let format: PanelFormat
    private let pointer: UnsafeMutableRawPointer
    private let byteCount: Int
    private let cache: BufferCache

    /// A matrix with arbitrary content.
    init(rows: Int, columns: Int, format: PanelFormat, in context: ComputeContext) {
        self.rows = rows
        self.columns = columns
        self.format = format
        cache = context.cache
        (pointer, byteCount) = cache.take(byteCount: rows * columns * 4 / format.groupDepth)
    }

    deinit { cache.giveBack(pointer, byteCount: byteCount) }

    /// Where a product goes whose first column is `column`.
    func target(column: Int) -> PanelBlock.Target {
        switch format {
        case .bfloat16: .bfloat16(pointer.assumingMemoryBound(to: UInt16.self) + column)
        default: .float32(pointer.assumingMemoryBound(to: Float.self) + column)
        }
    }

    /// Some columns of all rows, for as long as the projection lives.
    func view(_ range: Range<Int>) -> MatrixView {
        let size = 4 / format.groupDepth
        return MatrixView(
            pointer: pointer + range.lowerBound * size, format: format, rows: rows, columns: range.count,
            stride: columns * size)
    }
}
