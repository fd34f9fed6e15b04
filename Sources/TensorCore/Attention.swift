/// Scaled dot-product attention over several heads (Vaswani et al., arXiv 1706.03762), all positions seeing all keys:
/// softmax(scale · Q Kᵀ) V for each image and head, heads side by side in the result.
///
/// - Parameters:
///   - queries: `[B * Tq, H * Dh]`.
///   - keys: `[B * Tk, H * Dh]`.
///   - values: `[B * Tk, H * Dh]`.
/// - Returns: `[B, Tq, H * Dh]`.
package func attention(
    queries: MatrixView, keys: MatrixView, values: MatrixView, batch: Int, headCount: Int, scale: Float,
    in context: ComputeContext
) -> Tensor {
    let width = queries.columns
    precondition(
        batch > 0 && queries.rows % batch == 0 && keys.rows % batch == 0 && values.rows == keys.rows
            && keys.columns == width && values.columns == width && width % headCount == 0,
        "attention: queries [\(queries.rows), \(width)], keys [\(keys.rows), \(keys.columns)], "
            + "values [\(values.rows), \(values.columns)], batch \(batch), \(headCount) heads")
    let queryLength = queries.rows / batch
    let keyLength = keys.rows / batch
    let headSize = width / headCount
    let result = Tensor(shape: [batch, queryLength, width], in: context)
    let target = result.pointer
    let cache = context.cache

    context.pool.forEach(batch * headCount) { task in
        let (image, head) = task.quotientAndRemainder(dividingBy: headCount)
        let column = head * headSize
        let scoreBuffer = cache.take(byteCount: queryLength * keyLength * MemoryLayout<Float>.stride)
        defer { cache.giveBack(scoreBuffer.pointer, byteCount: scoreBuffer.byteCount) }
        let scores = scoreBuffer.pointer.bindMemory(to: Float.self, capacity: queryLength * keyLength)  // [Tq, Tk]
        BLAS.multiply(
            rows: queryLength, columns: keyLength, depth: headSize, alpha: scale,
            queries.pointer + image * queryLength * queries.stride + column, stride: queries.stride,
            keys.pointer + image * keyLength * keys.stride + column, stride: keys.stride, transposeB: true,
            beta: 0, into: scores, stride: keyLength)
        for row in 0..<queryLength { softmax(scores + row * keyLength, count: keyLength) }
        BLAS.multiply(
            rows: queryLength, columns: headSize, depth: keyLength,
            scores, stride: keyLength,
            values.pointer + image * keyLength * values.stride + column, stride: values.stride, transposeB: false,
            beta: 0, into: target + image * queryLength * width + column, stride: width)
    }
    return result
}
