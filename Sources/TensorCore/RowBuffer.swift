import CaptionerKernels

/// Scratch memory for rows of activations in a format, and for the scale and the zero point of each row.
struct RowBuffer: @unchecked Sendable {
    let format: PanelFormat
    let depth: Int
    let stride: Int
    let rows: UnsafeMutableRawPointer
    let quantizations: UnsafeMutablePointer<RowQuantization>

    /// - Parameter memory: `byteCount` bytes, on a cache line.
    init(_ memory: UnsafeMutableRawPointer, rowCount: Int, depth: Int, format: PanelFormat) {
        self.format = format
        self.depth = depth
        stride = format.rowStride(depth: depth)
        rows = memory
        quantizations = (memory + rowCount * stride).assumingMemoryBound(to: RowQuantization.self)
    }

    static func byteCount(rowCount: Int, depth: Int, format: PanelFormat) -> Int {
        let tables = rowCount * MemoryLayout<RowQuantization>.stride
        return BufferCache.aligned(rowCount * format.rowStride(depth: depth) + tables)
    }

    /// Quantizes or rounds rows of floats into it.
    ///
    /// - Parameters:
    ///   - source: the first row, and floats from row to row.
    ///   - row: the first row to write.
    ///   - scratch: `RowBlock.scratchBytes`.
    func fill(
        from source: UnsafePointer<Float>, stride sourceStride: Int, row: Int = 0, count: Int,
        normalizedBy norm: (any Norm)?, scratch: UnsafeMutableRawPointer, kernels: any KernelSet.Type
    ) {
        kernels.transform(
            RowBlock(
                source: source, sourceStride: sourceStride, rows: count, columns: depth,
                normalization: norm?.normalization.kernel, format: format, target: rows + row * stride,
                targetStride: stride,
                quantizations: quantizations + row),
            scratch: scratch)
    }
}
