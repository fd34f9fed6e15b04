import CaptionerKernels

/// The KV cache of one decoder layer.
///
/// A shared prefix, such as an image and a prompt, is stored once for all sequences that continue it; the suffix of each
/// sequence has a slot of its own. Sequences may differ in length; nothing is padded. Memory for suffixes grows with them.
package final class KeyValueCache {
    private let prefixes: KeyValueStore
    private var suffixes: KeyValueStore
    private let sizes: AttentionSizes

    /// - Parameters:
    ///   - prefixes: how many there are, and how long the longest is.
    ///   - suffixes: how many there may be at once.
    ///   - sizes: of the attention over it.
    package init(
        prefixes: (count: Int, capacity: Int), suffixes: Int, sizes: AttentionSizes, in context: ComputeContext
    ) {
        self.prefixes = KeyValueStore(
            slots: prefixes.count, capacity: prefixes.capacity, width: sizes.keyValueWidth, in: context)
        self.suffixes = KeyValueStore(
            slots: suffixes, capacity: 0, width: sizes.keyValueWidth, in: context)
        self.sizes = sizes
    }

    /// Makes room for suffixes of this many positions, or more, so that growing one by one is cheap.
    /// - Parameter limit: how many there can be at most.
    package func reserveSuffixes(positions: Int, limit: Int, in context: ComputeContext) {
        guard positions > suffixes.capacity else { return }
        let larger = KeyValueStore(
            slots: suffixes.slots, capacity: max(positions, min(max(2 * suffixes.capacity, 16), limit)),
            width: sizes.keyValueWidth, in: context)
        for slot in 0..<suffixes.slots {
            let start = suffixes.offset(slot: slot)
            larger.write(
                keys: suffixes.keys.pointer + start, values: suffixes.values.pointer + start, slot: slot,
                position: 0, count: suffixes.capacity)
        }
        suffixes = larger
    }

    /// Copies the first `count` positions of a suffix to another slot.
    package func copySuffix(from slot: Int, to target: Int, count: Int) {
        precondition(
            max(slot, target) < suffixes.slots && count <= suffixes.capacity,
            "KeyValueCache: \(count) positions from slot \(slot) to \(target) of \(suffixes.slots)")
        suffixes.copy(slot: slot, to: target, count: count)
    }

    /// Causal attention of new positions over the cache, to which their keys and values are appended first.
    ///
    /// - Parameters:
    ///   - projection: queries, keys and values of the new positions, side by side, `[R, (H + 2 Hk) * Dh]`; the rows of
    ///     `spans[0]`, then those of `spans[1]`, and so on.
    ///   - spans: the sequence and the positions of each group of rows.
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

    /// Positions that are contiguous in memory.
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

    /// The positions that the last position of a span attends over: those of the prefix, and those of the suffix.
    private func past(of span: SequenceSpan) -> (Piece, Piece) {
        switch span.store {
        case .prefix(let index):
            (Piece(prefixes, slot: index, count: 0), Piece(prefixes, slot: index, count: span.end))
        case .suffix(let slot, let prefix, let count):
            (Piece(prefixes, slot: prefix, count: count), Piece(suffixes, slot: slot, count: span.end))
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
        case .prefix(let index): write(prefixes, slot: index)
        case .suffix(let slot, _, _): write(suffixes, slot: slot)
        }
    }
}
