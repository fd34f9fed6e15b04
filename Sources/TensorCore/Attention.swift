import MatrixKernels

/// Scaled dot-product attention over several heads (Vaswani et al., arXiv 1706.03762), all positions seeing all keys:
/// softmax(scale · Q Kᵀ) V for each image and head, heads side by side in the result.
///
/// - Parameters:
///   - queries: `[B * Tq, H * Dh]`.
///   - keys: `[B * Tk, H * Dh]`.
///   - values: `[B * Tk, H * Dh]`.
/// - Returns: `[B, Tq, H * Dh]`.
func attention(
    queries: MatrixView, keys: MatrixView, values: MatrixView, batch: Int, headCount: Int, scale: Float,
    in context: ComputeContext
) -> Tensor {
    let width = queries.columns
    precondition(
        batch > 0 && queries.rows % batch == 0 && keys.rows % batch == 0 && values.rows == keys.rows
            && keys.columns == width && values.columns == width && width % headCount == 0
            && keys.format == queries.format && values.format == queries.format,
        "attention: queries [\(queries.rows), \(width)], keys [\(keys.rows), \(keys.columns)], "
            + "values [\(values.rows), \(values.columns)], batch \(batch), \(headCount) heads")
    let queryLength = queries.rows / batch
    let keyLength = keys.rows / batch
    let headSize = width / headCount
    precondition(
        queries.format != .bfloat16 || headSize % 2 == 0, "attention: a head of \(headSize) bfloat16 is no whole pairs")
    let result = Tensor(shape: [batch, queryLength, width], in: context)
    let target = result.pointer
    let kernels = context.kernels.kernels

    context.pool.forEach(batch * headCount) { task in
        let (image, head) = task.quotientAndRemainder(dividingBy: headCount)
        let column = head * headSize
        let job = AttentionHead(
            format: queries.format, queries: queries.pointer(row: image * queryLength, column: column),
            queryStride: queries.stride, queryCount: queryLength,
            keys: keys.pointer(row: image * keyLength, column: column), keyStride: keys.stride,
            values: values.pointer(row: image * keyLength, column: column), valueStride: values.stride,
            keyCount: keyLength, headSize: headSize, scale: scale,
            target: target + image * queryLength * width + column, targetStride: width)
        context.cache.withScratch(byteCount: job.scratchBytes) { kernels.attend(job, scratch: $0) }
    }
    return result
}

/// Self-attention: queries, keys and values of the same positions, side by side.
/// - Shape: `[B * T, 3 * H * Dh]` to `[B, T, H * Dh]`.
public func selfAttention(
    _ projection: borrowing Projection, batch: Int, headCount: Int, scale: Float, in context: ComputeContext
) -> Tensor {
    let width = projection.columns / 3
    return attention(
        queries: projection.view(0..<width), keys: projection.view(width..<(2 * width)),
        values: projection.view((2 * width)..<(3 * width)), batch: batch, headCount: headCount, scale: scale,
        in: context)
}

/// Cross-attention: keys and values of other positions than the queries', side by side.
/// - Shape: queries `[B * Tq, H * Dh]`, source `[B * Tk, 2 * H * Dh]` to `[B, Tq, H * Dh]`.
public func crossAttention(
    _ queries: borrowing Projection, over source: borrowing Projection, batch: Int, headCount: Int, scale: Float,
    in context: ComputeContext
) -> Tensor {
    let width = source.columns / 2
    return attention(
        queries: queries.view(0..<width), keys: source.view(0..<width), values: source.view(width..<(2 * width)),
        batch: batch, headCount: headCount, scale: scale, in: context)
}
