import CaptionerKernels

/// The keys and values of a decoder's past, for one layer.
///
/// What a sequence begins with, such as an image and a prompt, is kept once for all that continue it; what follows has a
/// slot for each. Sequences may differ in length, so nothing is ever padded. Memory for continuations grows with them.
package final class KeyValueCache {
    private let beginnings: KeyValueStore
    private var continuations: KeyValueStore
    private let sizes: AttentionSizes

    /// - Parameters:
    ///   - beginnings: how many there are, and how long the longest is.
    ///   - continuations: how many there may be at once.
    ///   - sizes: of the attention over it.
    package init(
        beginnings: (count: Int, capacity: Int), continuations: Int, sizes: AttentionSizes, in context: ComputeContext
    ) {
        self.beginnings = KeyValueStore(
            slots: beginnings.count, capacity: beginnings.capacity, width: sizes.keyValueWidth, in: context)
        self.continuations = KeyValueStore(
            slots: continuations, capacity: 0, width: sizes.keyValueWidth, in: context)
        self.sizes = sizes
    }

    /// Makes room for continuations of this many positions, or more, so that growing one by one is cheap.
    /// - Parameter limit: how many there can be at most.
    package func reserveContinuations(positions: Int, limit: Int, in context: ComputeContext) {
        guard positions > continuations.capacity else { return }
        let larger = KeyValueStore(
            slots: continuations.slots, capacity: max(positions, min(max(2 * continuations.capacity, 16), limit)),
            width: sizes.keyValueWidth, in: context)
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
    ///   - projection: queries, keys and values of the new positions, side by side, `[R, (H + 2 Hk) * Dh]`; the rows of
    ///     `spans[0]`, then those of `spans[1]`, and so on.
    ///   - spans: which sequence, and how much of it, each group of rows is.
    /// - Returns: `[R, H * Dh]`.
    package func attend(
        _ projection: borrowing Projection, spans: [SequenceSpan], in context: ComputeContext
    ) -> Tensor {
        let (rows, sizes) = (projection.rows, sizes)
        let columns = sizes.columns
        precondition(
            projection.format == .float32 && projection.columns == columns.values.upperBound,
            "KeyValueCache: rows of \(projection.columns) \(projection.format) for \(sizes)")
        let (queries, newKeys, newValues) = (
            projection.view(columns.queries), projection.view(columns.keys), projection.view(columns.values)
        )
        let firstRows = SequenceSpan.firstRows(of: spans)
        for (span, row) in zip(spans, firstRows) { append(newKeys, newValues, row: row, of: span) }
        let pasts = spans.map(past)
        let (width, headSize) = (sizes.queryWidth, sizes.headSize)
        let result = Tensor(shape: [rows, width], in: context)
        let (target, cache, kernels) = (result.pointer, context.cache, context.kernels.kernels)
        context.pool.forEach(spans.count * sizes.headCount) { task in
            let (index, head) = task.quotientAndRemainder(dividingBy: sizes.headCount)
            let (span, past) = (spans[index], pasts[index])
            let (column, source) = (head * headSize, sizes.keyValueHead(of: head) * headSize)
            cache.withScratch(byteCount: (past.0.count + past.1.count) * MemoryLayout<Float>.stride) { scratch in
                for position in 0..<span.count {
                    let row = firstRows[index] + position
                    let hidden = span.count - 1 - position
                    let job = AttentionQuery(
                        query: UnsafePointer(
                            queries.pointer(row: row, column: column).assumingMemoryBound(to: Float.self)),
                        headSize: headSize, scale: sizes.scale,
                        pieces: (past.0.head(source), past.1.head(source, withoutLast: hidden)),
                        stride: sizes.keyValueWidth, target: target + row * width + column)
                    kernels.attend(job, scratch: scratch)
                }
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

        /// A head's part of it.
        func head(_ column: Int, withoutLast hidden: Int = 0) -> AttentionQuery.Piece {
            AttentionQuery.Piece(keys: keys + column, values: values + column, count: count - hidden)
        }
    }

    /// All that the last position of a span sees.
    private func past(of span: SequenceSpan) -> (Piece, Piece) {
        switch span.store {
        case .beginning(let index):
            (Piece(beginnings, slot: index, count: 0), Piece(beginnings, slot: index, count: span.end))
        case .continuation(let slot, let beginning, let count):
            (Piece(beginnings, slot: beginning, count: count), Piece(continuations, slot: slot, count: span.end))
        }
    }

    private func append(_ keys: MatrixView, _ values: MatrixView, row: Int, of span: SequenceSpan) {
        func write(_ store: borrowing KeyValueStore, slot: Int) {
            precondition(
                slot < store.slots && span.end <= store.capacity,
                "KeyValueCache: span \(span) in a store of shape \(store.keys.shape)")
            for position in 0..<span.count {
                store.write(
                    keys: keys.floats(row: row + position), values: values.floats(row: row + position), slot: slot,
                    position: span.start + position, count: 1)
            }
        }
        switch span.store {
        case .beginning(let index): write(beginnings, slot: index)
        case .continuation(let slot, _, _): write(continuations, slot: slot)
        }
    }
}
