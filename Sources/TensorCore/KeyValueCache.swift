/// The keys and values of a decoder's past, for one layer: a slot for each sequence, with room for all its positions.
///
/// Sequences may differ in length, so nothing is ever padded. The memory is taken once and written as sequences grow.
package final class KeyValueCache {
    private let keys: Tensor  // [slots, capacity, D]
    private let values: Tensor  // [slots, capacity, D]
    private let capacity: Int
    private let width: Int

    /// - Parameters:
    ///   - slots: how many sequences there is room for.
    ///   - capacity: how many positions there is room for in each.
    ///   - width: D, all heads together.
    package init(slots: Int, capacity: Int, width: Int, in context: ComputeContext) {
        keys = Tensor(shape: [slots, capacity, width], in: context)
        values = Tensor(shape: [slots, capacity, width], in: context)
        self.capacity = capacity
        self.width = width
    }

    /// Causal attention of new positions over the cache, to which their keys and values are appended first.
    ///
    /// - Parameters:
    ///   - queries: `[R, D]`; the rows of `spans[0]`, then those of `spans[1]`, and so on.
    ///   - newKeys: `[R, D]`, in the same order.
    ///   - newValues: `[R, D]`, in the same order.
    ///   - spans: which sequence, and how much of it, each group of rows is.
    ///   - scale: factor of the products of queries and keys.
    /// - Returns: `[R, D]`.
    package func attend(
        queries: borrowing Tensor, newKeys: borrowing Tensor, newValues: borrowing Tensor, spans: [SequenceSpan],
        headCount: Int, scale: Float, in context: ComputeContext
    ) -> Tensor {
        let (width, capacity, cache) = (width, capacity, context.cache)
        let slots = keys.shape[0]
        precondition(
            spans.allSatisfy { $0.slot < slots && $0.end <= capacity },
            "KeyValueCache: spans \(spans) in a cache of shape \(keys.shape)")
        append(newKeys, to: keys, spans: spans)
        append(newValues, to: values, spans: spans)

        let result = Tensor(shape: queries.shape, in: context)
        let headSize = width / headCount
        let (queryBase, keyBase, valueBase) = (queries.pointer, keys.pointer, values.pointer)
        let target = result.pointer
        let firstRows = SequenceSpan.firstRows(of: spans)
        context.pool.forEach(spans.count * headCount) { task in
            let (index, head) = task.quotientAndRemainder(dividingBy: headCount)
            let span = spans[index]
            let start = firstRows[index] * width + head * headSize
            let past = span.slot * capacity * width + head * headSize
            let scoreBuffer = cache.take(byteCount: span.count * span.end * MemoryLayout<Float>.stride)
            defer { cache.giveBack(scoreBuffer.pointer, byteCount: scoreBuffer.byteCount) }
            let scores = scoreBuffer.pointer.bindMemory(to: Float.self, capacity: span.count * span.end)
            BLAS.multiply(
                rows: span.count, columns: span.end, depth: headSize, alpha: scale,
                queryBase + start, stride: width, keyBase + past, stride: width, transposeB: true, beta: 0,
                into: scores, stride: span.end)
            for row in 0..<span.count {
                let visible = span.start + row + 1
                softmax(scores + row * span.end, count: visible)
                (scores + row * span.end + visible).update(repeating: 0, count: span.end - visible)
            }
            BLAS.multiply(
                rows: span.count, columns: headSize, depth: span.end, scores, stride: span.end,
                valueBase + past, stride: width, transposeB: false, beta: 0, into: target + start, stride: width)
        }
        return result
    }

    private func append(_ rows: borrowing Tensor, to store: borrowing Tensor, spans: [SequenceSpan]) {
        var source = rows.pointer
        for span in spans {
            (store.pointer + (span.slot * capacity + span.start) * width).update(
                from: source, count: span.count * width)
            source += span.count * width
        }
    }
}
