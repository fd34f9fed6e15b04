import CaptionerKernels

/// The KV cache of one decoder layer.
///
/// A shared prefix, such as an image and a prompt, is stored once for all sequences that continue it; the suffix of each
/// sequence has a slot of its own. Sequences may differ in length; nothing is padded. Prefixes and suffixes come and go
/// one by one, under numbers that the caller chooses.
package final class KeyValueCache {
    private var prefixes: [Int: KeyValueStore] = [:]
    private var suffixes: [Int: KeyValueStore] = [:]
    /// Prefixes that nothing is written to, where they are in bfloat16.
    var panels: [Int: KeyValuePanels] = [:]
    let sizes: AttentionSizes
    private let packsLongPrefixes: Bool

    /// - Parameters:
    ///   - sizes: of the attention over it.
    ///   - packsLongPrefixes: whether keys and values of long prefixes are packed, which is fast and rounds otherwise. Only where what
    ///     is a prefix does not depend on how texts are asked for.
    package init(sizes: AttentionSizes, packsLongPrefixes: Bool = false) {
        self.sizes = sizes
        self.packsLongPrefixes = packsLongPrefixes
    }

    /// Makes room for a prefix of this many positions.
    package func addPrefix(_ number: Int, positions: Int, in context: ComputeContext) {
        prefixes[number] = KeyValueStore(capacity: positions, width: sizes.keyValueWidth, in: context)
    }

    package func removePrefix(_ number: Int) { (prefixes[number], panels[number]) = (nil, nil) }

    /// Makes room for a suffix of this many positions, or more, so that growing one by one is cheap.
    /// - Parameter limit: how many there can be at most.
    package func reserveSuffix(_ slot: Int, positions: Int, limit: Int, in context: ComputeContext) {
        if suffixes[slot] == nil {
            suffixes[slot] = KeyValueStore(capacity: 0, width: sizes.keyValueWidth, in: context)
        }
        suffixes[slot]?.reserve(positions: positions, limit: limit, in: context)
    }

    package func removeSuffix(_ slot: Int) { suffixes[slot] = nil }

    /// Makes the first `count` positions of a suffix those of another slot.
    package func copySuffix(from slot: Int, to target: Int, count: Int, in context: ComputeContext) {
        guard let source = suffixes[slot], count <= source.capacity else {
            preconditionFailure("KeyValueCache: \(count) positions from slot \(slot)")
        }
        let copy = KeyValueStore(capacity: source.capacity, width: sizes.keyValueWidth, in: context)
        copy.copy(source, count: count)
        suffixes[target] = copy
    }

    /// Causal attention of new positions over the cache, to which their keys and values are appended first.
    ///
    /// - Parameters:
    ///   - projection: queries, keys and values of the new positions, side by side, `[R, (H + 2 Hk) * Dh]`; the rows of
    ///     `spans[0]`, then those of `spans[1]`, and so on.
    ///   - spans: the sequence and the positions of each group of rows.
    ///   - seesWholePrefix: whether positions of a prefix see all of it, and not those up to their own only.
    /// - Returns: `[R, H * Dh]`.
    package func attend(
        _ projection: borrowing Projection, spans: [SequenceSpan], seesWholePrefix: Bool = false,
        in context: ComputeContext
    ) -> Tensor {
        let (rows, columns) = (projection.rows, sizes.columns)
        precondition(
            projection.format == .float32 && projection.columns == columns.values.upperBound,
            "KeyValueCache: rows of \(projection.columns) \(projection.format) for \(sizes)")
        let (queries, newKeys, newValues) = (
            projection.view(columns.queries), projection.view(columns.keys), projection.view(columns.values)
        )
        let firstRows = SequenceSpan.firstRows(of: spans)
        for (span, row) in zip(spans, firstRows) { append(newKeys, newValues, row: row, of: span) }
        let result = Tensor(shape: [rows, sizes.queryWidth], in: context)
        let long = zip(spans, firstRows).filter { isPacked($0.0) }.map { $1..<($1 + $0.count) }
        if !long.isEmpty {
            attention(
                queries: queries, keys: newKeys, values: newValues,
                spans: long.map { AttentionSpan(queries: $0, keys: $0) }, sizes: sizes, isCausal: !seesWholePrefix,
                into: result.pointer, in: context)
        }
        let others = zip(spans, firstRows).filter { !isPacked($0.0) }
        attend(
            queries, spans: others.map { ($0, row: $1) }, over: others.map { past(of: $0.0) }, into: result, in: context
        ) { span in
            if case .prefix = span.store { !seesWholePrefix } else { true }
        }
        return result
    }

    /// Whether the positions of a prefix, which all come at once, are enough for products of packed keys and values to pay.
    private func isPacked(_ span: SequenceSpan) -> Bool {
        guard packsLongPrefixes, case .prefix = span.store else { return false }
        return span.start == 0 && span.count >= 64
    }

    /// Attention of positions over the whole of their prefix, in a cache of what texts share and do not write, such as the
    /// rows of an image.
    ///
    /// - Parameters:
    ///   - queries: `[R, H * Dh]`; the rows of `spans[0]`, then those of `spans[1]`, and so on.
    ///   - spans: the sequence of each group of rows. Where its positions are does not matter.
    /// - Returns: `[R, H * Dh]`.
    package func attendPrefixes(
        _ queries: borrowing Projection, spans: [SequenceSpan], in context: ComputeContext
    ) -> Tensor {
        precondition(
            queries.format == .float32 && queries.columns == sizes.queryWidth,
            "KeyValueCache: rows of \(queries.columns) \(queries.format) for \(sizes)")
        if spans.contains(where: { panels[$0.prefix] != nil }) { return attendPanels(queries, spans, in: context) }
        let pieces = spans.map { span in
            let prefix = prefixes[span.prefix]
            return (Piece(prefix, count: 0), Piece(prefix, count: prefix?.capacity ?? 0))
        }
        let result = Tensor(shape: [queries.rows, sizes.queryWidth], in: context)
        attend(
            queries.view(0..<sizes.queryWidth),
            spans: zip(spans, SequenceSpan.firstRows(of: spans)).map { ($0, row: $1) },
            over: pieces, into: result, in: context
        ) { _ in false }
        return result
    }

    /// Fills a prefix that nothing is written to later: in bfloat16 where the projection is.
    /// - Parameters:
    ///   - projection: keys and values side by side, `[R, 2 * Hk * Dh]`.
    ///   - rows: which of them the prefix has.
    package func addPrefix(
        _ number: Int, of projection: borrowing Projection, rows: Range<Int>, in context: ComputeContext
    ) {
        let width = sizes.keyValueWidth
        precondition(
            projection.columns == 2 * width && rows.upperBound <= projection.rows,
            "KeyValueCache: rows \(rows) of \(projection.rows) by \(projection.columns) for \(sizes)")
        if projection.format == .bfloat16 {
            panels[number] = KeyValuePanels(
                keys: projection.view(0..<width), values: projection.view(width..<(2 * width)), rows: rows,
                sizes: sizes,
                in: context)
            return
        }
        addPrefix(number, positions: rows.count, in: context)
        let span = SequenceSpan(.prefix(number), start: 0, count: rows.count)
        append(
            projection.view(0..<width), projection.view(width..<(2 * width)), row: rows.lowerBound, of: span)
    }

    /// - Parameters:
    ///   - spans: each with the first of its rows.
    ///   - pieces: for each span what its last position attends over.
    ///   - isCausal: whether the positions before its last attend over less, one less for each position.
    private func attend(
        _ queries: MatrixView, spans: [(span: SequenceSpan, row: Int)], over pieces: [(Piece, Piece)],
        into result: borrowing Tensor, in context: ComputeContext, isCausal: (SequenceSpan) -> Bool
    ) {
        let causal = spans.map { isCausal($0.span) }
        let (sizes, width, headSize) = (sizes, sizes.queryWidth, sizes.headSize)
        let (target, kernels) = (result.pointer, context.kernels.kernels)
        let positions = pieces.map { $0.0.count + $0.1.count }.max() ?? 0
        context.pool.forEach(
            spans.count * sizes.headCount, scratchBytes: positions * MemoryLayout<Float>.stride, from: context.cache
        ) { task, scratch in
            let (index, head) = task.quotientAndRemainder(dividingBy: sizes.headCount)
            let ((span, firstRow), past) = (spans[index], pieces[index])
            let (column, source) = (head * headSize, sizes.keyValueHead(of: head) * headSize)
            for position in 0..<span.count {
                let row = firstRow + position
                let hidden = causal[index] ? span.count - 1 - position : 0
                let job = AttentionQuery(
                    query: UnsafePointer(
                        queries.pointer(row: row, column: column).assumingMemoryBound(to: Float.self)),
                    headSize: headSize, scale: sizes.scale, scoreCap: sizes.scoreCap,
                    pieces: (past.0.head(source), past.1.head(source, withoutLast: hidden)),
                    stride: sizes.keyValueWidth, target: target + row * width + column)
                kernels.attend(job, scratch: scratch)
            }
        }
    }

    /// Positions that are contiguous in memory.
    private struct Piece: @unchecked Sendable {
        let keys: UnsafePointer<Float>
        let values: UnsafePointer<Float>
        let count: Int

        init(_ store: KeyValueStore?, count: Int) {
            guard let store, count <= store.capacity else {
                preconditionFailure("KeyValueCache: \(count) positions of \(store?.capacity ?? 0)")
            }
            keys = UnsafePointer(store.keys.pointer)
            values = UnsafePointer(store.values.pointer)
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
        case .prefix(let number):
            (Piece(prefixes[number], count: 0), Piece(prefixes[number], count: span.end))
        case .suffix(let slot, let prefix, let count):
            (Piece(prefixes[prefix], count: count), Piece(suffixes[slot], count: span.end))
        }
    }

    private func append(_ keys: MatrixView, _ values: MatrixView, row: Int, of span: SequenceSpan) {
        let store =
            switch span.store {
            case .prefix(let number): prefixes[number]
            case .suffix(let slot, _, _): suffixes[slot]
            }
        guard let store else { preconditionFailure("KeyValueCache: no room for \(span)") }
        for position in 0..<span.count {
            store.write(
                keys: keys.floats(row: row + position), values: values.floats(row: row + position),
                position: span.start + position, count: 1)
        }
    }
}
