import CaptionerGeneration
package import CaptionerTensorCore

/// Texts that a decoder continues together.
///
/// A shared prefix is prefilled and stored in the KV cache once, however many texts and rows continue it. Texts can join
/// between steps, and one that no row continues any more leaves the cache. What a row computes does not depend on the
/// others.
package final class DecoderSession: DecodingSession {
    private let decoder: any CausalDecoder
    private let caches: [LayerCache]
    private let context: ComputeContext
    /// What `prefill` begins with.
    private var beginning: TextGroup?
    private var rows: [Row] = []

    /// A sequence that has not ended.
    private struct Row {
        /// The number and length of its prefix in the caches.
        let prefix: Int
        let prefixLength: Int
        /// How many positions it can have after its prefix. The last new token is never read back, so it needs none.
        let capacity: Int
        /// Its slot in the caches, and how many positions are in it.
        var slot: Int
        var length = 0
    }

    /// - Parameter beginning: the texts that `prefill` begins with, if there are any before the first that join.
    package init(_ decoder: any CausalDecoder, beginning: consuming TextGroup? = nil, in context: ComputeContext) {
        caches = (0..<decoder.layerCount).map { _ in LayerCache(decoder) }
        self.decoder = decoder
        self.beginning = beginning
        self.context = context
    }

    package var remainingTokens: [Int] {
        guard beginning != nil, let texts = beginning?.texts, let lengths = beginning?.prefixLengths else {
            return rows.map { $0.capacity - $0.length + 1 }
        }
        return texts.map { capacity(of: $0, prefixLength: lengths[$0.prefix]) - $0.suffix.count + 1 }
    }

    private func capacity(of text: TextGroup.Text, prefixLength: Int) -> Int {
        min(text.suffix.count + text.maxNewTokens - 1, decoder.contextLength - prefixLength)
    }

    package func prefill() throws -> Tensor {
        guard let group = beginning.take() else { preconditionFailure("DecoderSession: prefill is called once") }
        return try join(group)
    }

    /// Begins more texts. Their rows follow those that there are.
    /// - Returns: the logits of each one's next token, `[T, V]`.
    /// - Throws: `CancellationError` when the task was cancelled; then none has joined.
    package func join(_ group: consuming TextGroup) throws -> Tensor {
        let before = rows
        let lengths = group.prefixLengths
        let numbers = Self.unused(by: rows.map(\.prefix), count: lengths.count)
        let slots = Self.unused(by: rows.map(\.slot), count: group.texts.count)
        for cache in caches {
            for (number, length) in zip(numbers, lengths) {
                cache.positions.addPrefix(number, positions: length, in: context)
            }
        }
        rows += zip(group.texts, slots).map { text, slot in
            let length = lengths[text.prefix]
            return Row(
                prefix: numbers[text.prefix], prefixLength: length,
                capacity: capacity(of: text, prefixLength: length), slot: slot)
        }
        do {
            if let images = decoder.imageAttention {
                let prefixes = Array(zip(numbers, group.attendedRows)).map { (number: $0, rows: $1) }
                try images.read(group.embeddings, prefixes: prefixes, into: caches.map(\.images), in: context)
            }
            let hidden = group.hidden(decoder, in: context)  // [R, D]
            let spans = zip(numbers, lengths).map { SequenceSpan(.prefix($0), start: 0, count: $1) }
            try run(hidden, spans: spans)
            let suffixes = group.texts.map(\.suffix)
            guard suffixes.allSatisfy(\.isEmpty) else {
                return try extend(before.count..<rows.count, by: suffixes, lastLogitsOnly: true)
            }
            let last = SequenceSpan.lastRows(of: spans)
            return decoder.logits(after: hidden, rows: group.texts.map { last[$0.prefix] }, in: context)
        } catch {
            keep(before)
            throw error
        }
    }

    /// The lowest numbers that are not taken.
    private static func unused(by taken: [Int], count: Int) -> [Int] {
        let taken = Set(taken)
        return Array((0..<(taken.count + count)).lazy.filter { !taken.contains($0) }.prefix(count))
    }

    package func step(_ tokenIDs: [Int]) throws -> Tensor { try extend(by: tokenIDs.map { [$0] }) }

    /// Appends tokens to each sequence.
    /// - Parameter tokenIDs: for each sequence the tokens to append.
    /// - Returns: the logits that follow each of the tokens, `[all tokens, V]`.
    package func extend(by tokenIDs: [[Int]]) throws -> Tensor {
        precondition(
            tokenIDs.count == rows.count, "DecoderSession: \(tokenIDs.count) tokens for \(rows.count) sequences")
        return try extend(rows.indices, by: tokenIDs, lastLogitsOnly: false)
    }

    private func extend(_ places: Range<Int>, by tokenIDs: [[Int]], lastLogitsOnly: Bool) throws -> Tensor {
        let width = decoder.width
        let hidden = Tensor(shape: [tokenIDs.map(\.count).reduce(0, +), width], in: context)  // [R, D]
        var target = hidden.pointer
        let spans = zip(rows[places], tokenIDs).map { row, tokens in
            for token in tokens {
                decoder.embed(token, into: target)
                target += width
            }
            let length = row.length + tokens.count
            for cache in caches {
                cache.positions.reserveSuffix(row.slot, positions: length, limit: row.capacity, in: context)
            }
            return SequenceSpan(
                .suffix(slot: row.slot, prefix: row.prefix, count: row.prefixLength),
                start: row.length, count: tokens.count)
        }
        try run(hidden, spans: spans)
        for (place, tokens) in zip(places, tokenIDs) { rows[place].length += tokens.count }
        let wanted = lastLogitsOnly ? SequenceSpan.lastRows(of: spans) : Array(0..<hidden.rows)
        return decoder.logits(after: hidden, rows: wanted, in: context)
    }

    package func select(rows selection: [Int]) {
        var taken: Set<Int> = []
        var free = Self.unused(by: rows.map(\.slot), count: selection.count)[...]
        let previous = rows
        keep(
            selection.map { index in
                var row = previous[index]
                guard !taken.insert(index).inserted else { return row }
                // Its slot continues in another row already: the copy gets an unused one.
                let slot = free.removeFirst()
                if row.length > 0 {
                    for cache in caches {
                        cache.positions.copySuffix(from: row.slot, to: slot, count: row.length, in: context)
                    }
                }
                row.slot = slot
                return row
            })
    }

    /// Continues with these rows, and drops from the caches what only others need.
    private func keep(_ kept: [Row]) {
        let prefixes = Set(rows.map(\.prefix)).subtracting(kept.map(\.prefix))
        let slots = Set(rows.map(\.slot)).subtracting(kept.map(\.slot))
        rows = kept
        for cache in caches {
            for prefix in prefixes {
                cache.positions.removePrefix(prefix)
                cache.images.removePrefix(prefix)
            }
            for slot in slots { cache.positions.removeSuffix(slot) }
        }
    }

    private func run(_ hidden: borrowing Tensor, spans: [SequenceSpan]) throws {
        // A prefix may be an image that is attended over, without positions.
        guard hidden.rows > 0 else { return }
        decoder.prepare(hidden, spans: spans, in: context)
        for (layer, cache) in caches.enumerated() {
            try Task.checkCancellation()
            decoder.run(layer: layer, on: hidden, spans: spans, cache: cache, in: context)
        }
    }
}
