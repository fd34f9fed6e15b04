import CaptionerKernels

/// Keys and values that many queries attend over, one after the other, such as those of an image: bfloat16, packed for products
/// head by head.
final class KeyValuePanels: @unchecked Sendable {
    private let pointer: UnsafeMutableRawPointer
    private let byteCount: Int
    private let headBytes: Int
    private let positions: Int
    private let cache: BufferCache

    /// - Parameters:
    ///   - keys: `[R, Hk * Dh]` in bfloat16.
    ///   - values: likewise.
    ///   - rows: which of them.
    init(keys: MatrixView, values: MatrixView, rows: Range<Int>, sizes: AttentionSizes, in context: ComputeContext) {
        precondition(
            keys.format == .bfloat16 && values.format == .bfloat16 && keys.columns == sizes.keyValueWidth
                && values.columns == sizes.keyValueWidth && rows.upperBound <= min(keys.rows, values.rows),
            "KeyValuePanels: rows \(rows) of \(keys.rows) by \(keys.columns) for \(sizes)")
        // Only packed: there are no queries, and nothing is written to the target.
        func head(_ index: Int) -> AttentionHead {
            let column = index * sizes.headSize
            return AttentionHead(
                format: .bfloat16, queries: keys.pointer, queryStride: 0, queryCount: 0,
                keys: keys.pointer(row: rows.lowerBound, column: column), keyStride: keys.stride,
                values: values.pointer(row: rows.lowerBound, column: column), valueStride: values.stride,
                keyCount: rows.count, headSize: sizes.headSize, scale: sizes.scale,
                target: keys.pointer.assumingMemoryBound(to: Float.self), targetStride: 0)
        }
        let bytes = head(0).panelBytes
        (headBytes, positions, cache) = (bytes, rows.count, context.cache)
        (pointer, byteCount) = cache.take(byteCount: bytes * sizes.keyValueHeadCount)
        let start = pointer
        context.pool.forEach(sizes.keyValueHeadCount) { index in head(index).pack(into: start + index * bytes) }
    }

    deinit { cache.giveBack(pointer, byteCount: byteCount) }

    /// The attention of queries over all positions.
    /// - Parameters:
    ///   - queries: the head's columns in the first row, in bfloat16; bytes from row to row, and rows.
    ///   - head: of keys and values.
    ///   - target: the head's columns in the first row of the result, and floats from row to row.
    func head(
        _ head: Int, queries: UnsafeRawPointer, stride: Int, count: Int, sizes: AttentionSizes,
        target: UnsafeMutablePointer<Float>, targetStride: Int
    ) -> AttentionHead {
        AttentionHead(
            format: .bfloat16, queries: queries, queryStride: stride, queryCount: count, keys: queries, keyStride: 0,
            values: queries, valueStride: 0, keyCount: positions, headSize: sizes.headSize, scale: sizes.scale,
            scoreCap: sizes.scoreCap, panels: UnsafeRawPointer(pointer + head * headBytes), target: target,
            targetStride: targetStride)
    }
}
