/// The keys and values of a decoder's past, for one layer.
///
/// What a sequence begins with, such as an image and a prompt, is kept once for all that continue it; what follows has a
/// slot for each. Sequences may differ in length, so nothing is ever padded. Memory for continuations grows with them.
package final class KeyValueCache {
    private let beginnings: KeyValueStore
    private var continuations: KeyValueStore
    private let width: Int

    /// - Parameters:
    ///   - beginnings: how many there are, and how long the longest is.
    ///   - continuations: how many there may be at once.
    ///   - width: D, all heads together.
    package init(
        beginnings: (count: Int, capacity: Int), continuations: Int, width: Int, in context: ComputeContext
    ) {
        self.beginnings = KeyValueStore(
            slots: beginnings.count, capacity: beginnings.capacity, width: width, in: context)
        self.continuations = KeyValueStore(slots: continuations, capacity: 0, width: width, in: context)
        self.width = width
    }

    /// Makes room for continuations of this many positions, or more, so that growing one by one is cheap.
    package func reserveContinuations(positions: Int, in context: ComputeContext) {
        guard positions > continuations.capacity else { return }
        let larger = KeyValueStore(
            slots: continuations.slots, capacity: max(positions, 2 * continuations.capacity, 16), width: width,
            in: context)
        for slot in 0..<continuations.slots {
            let start = continuations.offset(slot: slot)
            larger.write(
                keys: continuations.keys.pointer + start, values: continuations.values.pointer + start, slot: slot,
                position: 0, count: continuations.capacity)
        }
        continuations = larger
    }

    /// Copies the first `count` positions of a continuation to another slot.
    package func copyContinuation(from slot: Int, to target: Int, count: Int) {
        precondition(
            max(slot, target) < continuations.slots && count <= continuations.capacity,
            "KeyValueCache: \(count) positions from slot \(slot) to \(target) of \(continuations.slots)")
        continuations.copy(slot: slot, to: target, count: count)
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
        let (width, cache) = (width, context.cache)
        let firstRows = SequenceSpan.firstRows(of: spans)
        for (span, row) in zip(spans, firstRows) {
            append(newKeys.pointer + row * width, newValues.pointer + row * width, of: span)
        }
        let pasts = spans.map(past)
        let result = Tensor(shape: queries.shape, in: context)
        let headSize = width / headCount
        let (queryBase, target) = (queries.pointer, result.pointer)
        context.pool.forEach(spans.count * headCount) { task in
            let (index, head) = task.quotientAndRemainder(dividingBy: headCount)
            let (rows, past) = (spans[index].count, pasts[index])
            let start = firstRows[index] * width + head * headSize
            let length = past.reduce(0) { $0 + $1.count }
            let scoreBuffer = cache.take(byteCount: rows * length * MemoryLayout<Float>.stride)
            defer { cache.giveBack(scoreBuffer.pointer, byteCount: scoreBuffer.byteCount) }
            let scores = scoreBuffer.pointer.bindMemory(to: Float.self, capacity: rows * length)  // [rows, length]
            var column = 0
            for piece in past {
                BLAS.multiply(
                    rows: rows, columns: piece.count, depth: headSize, alpha: scale,
                    queryBase + start, stride: width, piece.keys + head * headSize, stride: width, transposeB: true,
                    beta: 0, into: scores + column, stride: length)
                column += piece.count
            }
            for row in 0..<rows {
                let visible = length - rows + row + 1
                softmax(scores + row * length, count: visible)
                (scores + row * length + visible).update(repeating: 0, count: length - visible)
            }
            column = 0
            for piece in past {
                BLAS.multiply(
                    rows: rows, columns: headSize, depth: piece.count, scores + column, stride: length,
                    piece.values + head * headSize, stride: width, transposeB: false, beta: column == 0 ? 0 : 1,
                    into: target + start, stride: width)
                column += piece.count
            }
        }
        return result
    }

    /// Positions that follow each other in memory.
    private struct Piece: @unchecked Sendable {
        let keys: UnsafePointer<Float>
        let values: UnsafePointer<Float>
        let count: Int

        init(_ store: borrowing KeyValueStore, slot: Int, count: Int) {
            let offset = store.offset(slot: slot)
            keys = UnsafePointer(store.keys.pointer + offset)
            values = UnsafePointer(store.values.pointer + offset)
            self.count = count
        }
    }

    /// All that the last position of a span sees.
    private func past(of span: SequenceSpan) -> [Piece] {
        switch span.store {
        case .beginning(let index):
            [Piece(beginnings, slot: index, count: span.end)]
        case .continuation(let slot, let beginning, let count):
            [
                Piece(beginnings, slot: beginning, count: count), Piece(continuations, slot: slot, count: span.end),
            ]
        }
    }

    private func append(_ keys: UnsafePointer<Float>, _ values: UnsafePointer<Float>, of span: SequenceSpan) {
        func write(_ store: borrowing KeyValueStore, slot: Int) {
            precondition(
                slot < store.slots && span.end <= store.capacity,
                "KeyValueCache: span \(span) in a store of shape \(store.keys.shape)")
            store.write(keys: keys, values: values, slot: slot, position: span.start, count: span.count)
        }
        switch span.store {
        case .beginning(let index): write(beginnings, slot: index)
        case .continuation(let slot, _, _): write(continuations, slot: slot)
        }
    }
}
