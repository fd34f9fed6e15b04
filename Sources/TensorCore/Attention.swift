import CaptionerKernels

/// Rows that attend over rows: some of the queries, and those keys and values that they see.
struct AttentionSpan {
    var queries: Range<Int>
    var keys: Range<Int>
}

/// Scaled dot-product attention over several heads (Vaswani et al., arXiv 1706.03762): softmax(scale · Q Kᵀ) V for each
/// span and head, heads side by side in the result.
///
/// - Parameters:
///   - queries: `[Rq, H * Dh]`.
///   - keys: `[Rk, Hk * Dh]`, with the heads of keys and values.
///   - values: `[Rk, Hk * Dh]`.
///   - spans: which rows attend over which; each row of the queries is in one.
///   - isCausal: whether a position sees those up to its own only, rather than all.
/// - Returns: `[Rq, H * Dh]`.
func attention(
    queries: MatrixView, keys: MatrixView, values: MatrixView, spans: [AttentionSpan], sizes: AttentionSizes,
    isCausal: Bool = false, in context: ComputeContext
) -> Tensor {
    let result = Tensor(shape: [queries.rows, sizes.queryWidth], in: context)
    attention(
        queries: queries, keys: keys, values: values, spans: spans, sizes: sizes, isCausal: isCausal,
        into: result.pointer, in: context)
    return result
}

/// The same for some rows of the queries, into their rows of `target`, `[Rq, H * Dh]`.
func attention(
    queries: MatrixView, keys: MatrixView, values: MatrixView, spans: [AttentionSpan], sizes: AttentionSizes,
    isCausal: Bool = false, into target: UnsafeMutablePointer<Float>, in context: ComputeContext
) {
    let (width, headSize) = (sizes.queryWidth, sizes.headSize)
    precondition(
        !spans.isEmpty && values.rows == keys.rows && queries.columns == width && keys.columns == sizes.keyValueWidth
            && values.columns == keys.columns && keys.format == queries.format && values.format == queries.format
            && spans.allSatisfy {
                $0.queries.lowerBound >= 0 && $0.queries.upperBound <= queries.rows && $0.keys.lowerBound >= 0
                    && $0.keys.upperBound <= keys.rows
            },
        "attention: queries [\(queries.rows), \(queries.columns)], keys [\(keys.rows), \(keys.columns)], "
            + "values [\(values.rows), \(values.columns)], \(spans.count) spans, \(sizes)")
    precondition(
        queries.format != .bfloat16 || headSize % 2 == 0, "attention: a head of \(headSize) bfloat16 is no whole pairs")
    let kernels = context.kernels.kernels

    func job(_ span: AttentionSpan, _ head: Int) -> AttentionHead {
        let (column, source) = (head * headSize, sizes.keyValueHead(of: head) * headSize)
        return AttentionHead(
            format: queries.format, queries: queries.pointer(row: span.queries.lowerBound, column: column),
            queryStride: queries.stride, queryCount: span.queries.count,
            keys: keys.pointer(row: span.keys.lowerBound, column: source), keyStride: keys.stride,
            values: values.pointer(row: span.keys.lowerBound, column: source), valueStride: values.stride,
            keyCount: span.keys.count, headSize: headSize, scale: sizes.scale, scoreCap: sizes.scoreCap,
            isCausal: isCausal,
            target: target + span.queries.lowerBound * width + column, targetStride: width)
    }
    let scratchBytes = spans.map { job($0, 0).scratchBytes }.max() ?? 0
    context.pool.forEach(spans.count * sizes.headCount, scratchBytes: scratchBytes, from: context.cache) {
        task, scratch in
        let (index, head) = task.quotientAndRemainder(dividingBy: sizes.headCount)
        kernels.attend(job(spans[index], head), scratch: scratch)
    }
}

/// Self-attention of sequences of one length: queries, keys and values of the same positions, side by side.
/// - Shape: `[B * T, (H + 2 Hk) * Dh]` to `[B * T, H * Dh]`.
package func selfAttention(
    _ projection: borrowing Projection, batch: Int, sizes: AttentionSizes, isCausal: Bool = false,
    in context: ComputeContext
) -> Tensor {
    let rows = projection.rows
    return selfAttention(
        projection, sequences: equalParts(rows, batch), sizes: sizes, isCausal: isCausal, in: context)
}

/// Self-attention of sequences of any lengths, one after the other.
/// - Parameter sequences: the rows of each.
/// - Shape: `[R, (H + 2 Hk) * Dh]` to `[R, H * Dh]`.
package func selfAttention(
    _ projection: borrowing Projection, sequences: [Range<Int>], sizes: AttentionSizes, isCausal: Bool = false,
    in context: ComputeContext
) -> Tensor {
    let (queries, keys, values) = sizes.columns
    return attention(
        queries: projection.view(queries), keys: projection.view(keys), values: projection.view(values),
        spans: sequences.map { AttentionSpan(queries: $0, keys: $0) }, sizes: sizes, isCausal: isCausal, in: context)
}

/// Cross-attention: keys and values of other positions than the queries', side by side.
/// - Shape: queries `[B * Tq, H * Dh]`, source `[B * Tk, 2 * Hk * Dh]` to `[B * Tq, H * Dh]`.
package func crossAttention(
    _ queries: borrowing Projection, over source: borrowing Projection, batch: Int, sizes: AttentionSizes,
    in context: ComputeContext
) -> Tensor {
    let (rows, sourceRows) = (queries.rows, source.rows)
    let spans = zip(equalParts(rows, batch), equalParts(sourceRows, batch)).map(AttentionSpan.init)
    return crossAttention(queries, over: source, spans: spans, sizes: sizes, in: context)
}

/// Attention of one query for each sequence over all of its positions.
/// - Parameter sequences: the rows of each in the source.
/// - Shape: queries `[N, H * Dh]`, source `[R, 2 * Hk * Dh]` to `[N, H * Dh]`.
package func crossAttention(
    _ queries: borrowing Projection, over source: borrowing Projection, sequences: [Range<Int>],
    sizes: AttentionSizes, in context: ComputeContext
) -> Tensor {
    let spans = sequences.enumerated().map { AttentionSpan(queries: $0..<($0 + 1), keys: $1) }
    return crossAttention(queries, over: source, spans: spans, sizes: sizes, in: context)
}

/// Attention of sequences of any lengths, all over the same positions.
/// - Parameter sequences: the rows of each in the queries.
/// - Shape: queries `[R, H * Dh]`, source `[Rk, 2 * Hk * Dh]` to `[R, H * Dh]`.
package func crossAttention(
    of sequences: [Range<Int>], _ queries: borrowing Projection, over source: borrowing Projection,
    sizes: AttentionSizes, in context: ComputeContext
) -> Tensor {
    let keys = 0..<source.rows
    let spans = sequences.map { AttentionSpan(queries: $0, keys: keys) }
    return crossAttention(queries, over: source, spans: spans, sizes: sizes, in: context)
}

private func crossAttention(
    _ queries: borrowing Projection, over source: borrowing Projection, spans: [AttentionSpan],
    sizes: AttentionSizes, in context: ComputeContext
) -> Tensor {
    let width = sizes.keyValueWidth
    return attention(
        queries: queries.view(0..<sizes.queryWidth), keys: source.view(0..<width),
        values: source.view(width..<(2 * width)), spans: spans, sizes: sizes, in: context)
}

/// The rows of each of some sequences that are equally long.
private func equalParts(_ rows: Int, _ count: Int) -> [Range<Int>] {
    precondition(count > 0 && rows % count == 0, "attention: \(rows) rows of \(count) sequences")
    let length = rows / count
    return (0..<count).map { ($0 * length)..<(($0 + 1) * length) }
}

extension AttentionSizes {
    /// The columns of queries, keys and values in a row that has all three.
    var columns: (queries: Range<Int>, keys: Range<Int>, values: Range<Int>) {
        let end = queryWidth + keyValueWidth
        return (0..<queryWidth, queryWidth..<end, end..<(end + keyValueWidth))
    }
}
