import CaptionerKernels

/// Scaled dot-product attention over several heads (Vaswani et al., arXiv 1706.03762): softmax(scale · Q Kᵀ) V for each
/// sequence and head, heads side by side in the result.
///
/// - Parameters:
///   - queries: `[B * Tq, H * Dh]`.
///   - keys: `[B * Tk, Hk * Dh]`, with the heads of keys and values.
///   - values: `[B * Tk, Hk * Dh]`.
///   - isCausal: whether a position sees those up to its own only, rather than all.
/// - Returns: `[B, Tq, H * Dh]`.
func attention(
    queries: MatrixView, keys: MatrixView, values: MatrixView, batch: Int, sizes: AttentionSizes,
    isCausal: Bool = false, in context: ComputeContext
) -> Tensor {
    let (width, headSize) = (sizes.queryWidth, sizes.headSize)
    precondition(
        batch > 0 && queries.rows % batch == 0 && keys.rows % batch == 0 && values.rows == keys.rows
            && queries.columns == width && keys.columns == sizes.keyValueWidth && values.columns == keys.columns
            && keys.format == queries.format && values.format == queries.format,
        "attention: queries [\(queries.rows), \(queries.columns)], keys [\(keys.rows), \(keys.columns)], "
            + "values [\(values.rows), \(values.columns)], batch \(batch), \(sizes)")
    let queryLength = queries.rows / batch
    let keyLength = keys.rows / batch
    precondition(
        queries.format != .bfloat16 || headSize % 2 == 0, "attention: a head of \(headSize) bfloat16 is no whole pairs")
    let result = Tensor(shape: [batch, queryLength, width], in: context)
    let target = result.pointer
    let kernels = context.kernels.kernels

    context.pool.forEach(batch * sizes.headCount) { task in
        let (image, head) = task.quotientAndRemainder(dividingBy: sizes.headCount)
        let (column, source) = (head * headSize, sizes.keyValueHead(of: head) * headSize)
        let job = AttentionHead(
            format: queries.format, queries: queries.pointer(row: image * queryLength, column: column),
            queryStride: queries.stride, queryCount: queryLength,
            keys: keys.pointer(row: image * keyLength, column: source), keyStride: keys.stride,
            values: values.pointer(row: image * keyLength, column: source), valueStride: values.stride,
            keyCount: keyLength, headSize: headSize, scale: sizes.scale, isCausal: isCausal,
            target: target + image * queryLength * width + column, targetStride: width)
        context.cache.withScratch(byteCount: job.scratchBytes) { kernels.attend(job, scratch: $0) }
    }
    return result
}

/// Self-attention: queries, keys and values of the same positions, side by side.
/// - Shape: `[B * T, (H + 2 Hk) * Dh]` to `[B, T, H * Dh]`.
package func selfAttention(
    _ projection: borrowing Projection, batch: Int, sizes: AttentionSizes, isCausal: Bool = false,
    in context: ComputeContext
) -> Tensor {
    let (queries, keys, values) = sizes.columns
    return attention(
        queries: projection.view(queries), keys: projection.view(keys), values: projection.view(values), batch: batch,
        sizes: sizes, isCausal: isCausal, in: context)
}

/// Cross-attention: keys and values of other positions than the queries', side by side.
/// - Shape: queries `[B * Tq, H * Dh]`, source `[B * Tk, 2 * Hk * Dh]` to `[B, Tq, H * Dh]`.
package func crossAttention(
    _ queries: borrowing Projection, over source: borrowing Projection, batch: Int, sizes: AttentionSizes,
    in context: ComputeContext
) -> Tensor {
    let width = sizes.keyValueWidth
    return attention(
        queries: queries.view(0..<sizes.queryWidth), keys: source.view(0..<width),
        values: source.view(width..<(2 * width)), batch: batch, sizes: sizes, in: context)
}

extension AttentionSizes {
    /// Where queries, keys and values stand in a row that has all three.
    var columns: (queries: Range<Int>, keys: Range<Int>, values: Range<Int>) {
        let end = queryWidth + keyValueWidth
        return (0..<queryWidth, queryWidth..<end, end..<(end + keyValueWidth))
    }
}
