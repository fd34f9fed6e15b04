import CaptionerKernels

/// Attention of one query for each square cell of an image over the pixels of that cell: keys and values are their channels,
/// normalised.
///
/// - Parameters:
///   - queries: `[B, G * G, C]`, a row for each cell, row by row.
///   - gridSize: G, cells along each side of an image.
///   - cellSize: pixels along each side of a cell.
///   - norm: of the C channels of a pixel.
///   - scale: factor of the products of queries and keys.
///   - pixel: writes the C channels of a pixel of an image, given its row and column.
/// - Returns: softmax(scale · query · pixels) pixels, `[B, G * G, C]`.
package func cellAttention(
    _ queries: borrowing Tensor, gridSize: Int, cellSize: Int, normalizedBy norm: any Norm, scale: Float,
    in context: ComputeContext,
    pixel: @Sendable (_ image: Int, _ row: Int, _ column: Int, _ channels: UnsafeMutablePointer<Float>) -> Void
) -> Tensor {
    let channels = queries.columns
    precondition(
        queries.shape.count == 3 && queries.shape[1] == gridSize * gridSize && norm.width == channels,
        "cellAttention: queries of shape \(queries.shape) for \(gridSize) x \(gridSize) cells, a norm of \(norm.width)")
    let result = Tensor(shape: queries.shape, in: context)
    let (source, target, kernels) = (queries.pointer, result.pointer, context.kernels.kernels)
    let (count, normalization) = (cellSize * cellSize, norm.normalization.kernel)
    let pixelBytes = BufferCache.aligned(count * channels * 4)
    context.pool.forEach(queries.rows, scratchBytes: pixelBytes + count * 4, from: context.cache) { task, memory in
        let (image, cell) = task.quotientAndRemainder(dividingBy: gridSize * gridSize)
        let (cellRow, cellColumn) = cell.quotientAndRemainder(dividingBy: gridSize)
        let pixels = memory.assumingMemoryBound(to: Float.self)
        for index in 0..<count {
            let (row, column) = index.quotientAndRemainder(dividingBy: cellSize)
            pixel(image, cellRow * cellSize + row, cellColumn * cellSize + column, pixels + index * channels)
        }
        let block = RowBlock(
            source: pixels, sourceStride: channels, rows: count, columns: channels, normalization: normalization,
            format: .float32, target: memory, targetStride: channels * 4)
        // Rows that stay floats need no scratch memory.
        kernels.transform(block, scratch: memory)
        let query = AttentionQuery(
            query: source + task * channels, headSize: channels, scale: scale,
            pieces: (
                AttentionQuery.Piece(keys: pixels, values: pixels, count: 0),
                AttentionQuery.Piece(keys: pixels, values: pixels, count: count)
            ),
            stride: channels, target: target + task * channels)
        kernels.attend(query, scratch: memory + pixelBytes)
    }
    return result
}
