package import CaptionerGeneration
package import CaptionerTensorCore

/// Texts that a decoder continues together. Each begins with a prefix of segments: tokens, and embeddings of an image.
///
/// A shared prefix is prefilled and stored in the KV cache once, however many texts and rows continue it.
package final class DecoderSession: DecodingSession {
    /// A part of a prefix.
    package enum Segment: Sendable {
        case tokens([Int])
        /// Rows of the embeddings that the session was given.
        case embeddings(rows: Range<Int>)

        /// How many positions it takes.
        var count: Int {
            switch self {
            case .tokens(let ids): ids.count
            case .embeddings(let rows): rows.count
            }
        }
    }

    /// A text: one of the prefixes, by its number, and a suffix of tokens that follow it in this text alone.
    package struct Text: Sendable {
        let prefix: Int
        let suffix: [Int]

        package init(prefix: Int, suffix: [Int] = []) {
            self.prefix = prefix
            self.suffix = suffix
        }
    }

    private let decoder: any CausalDecoder
    private let embeddings: Tensor  // [..., D]
    private let prefixes: [[Segment]]
    private let texts: [Text]
    private let caches: [KeyValueCache]
    private let rowCapacity: Int
    private let maxNewTokens: Int
    private let context: ComputeContext
    private var rows: [Row] = []

    /// A sequence that has not ended.
    private struct Row {
        /// Which text it continues.
        let text: Int
        /// Its slot in the caches, and how many positions are in it.
        var slot: Int
        var length = 0
    }

    /// - Parameters:
    ///   - embeddings: of all images, `[..., D]`.
    ///   - prefixes: the segments of each prefix.
    ///   - texts: which prefix and which suffix each text has; either all have a suffix, or none. With nil each prefix is
    ///     a text.
    ///   - copies: how many rows there is room for that continue one text.
    ///   - maxNewTokens: how many tokens there is room for.
    /// - Throws: `GenerationError` if a prefix leaves no room for a token or holds one that the model does not know.
    package init(
        _ decoder: any CausalDecoder, embeddings: consuming Tensor, prefixes: [[Segment]],
        texts: [Text]? = nil, copies: Int = 1, maxNewTokens: Int, in context: ComputeContext
    ) throws {
        for segments in prefixes {
            for case .embeddings(let rows) in segments {
                precondition(
                    embeddings.columns == decoder.width && rows.lowerBound >= 0 && rows.upperBound <= embeddings.rows,
                    "DecoderSession: rows \(rows) of embeddings \(embeddings.shape) for a width of \(decoder.width)")
            }
        }
        let texts = texts ?? prefixes.indices.map { Text(prefix: $0) }
        precondition(
            texts.allSatisfy {
                $0.suffix.isEmpty == texts[0].suffix.isEmpty && prefixes.indices.contains($0.prefix)
            },
            "DecoderSession: some of \(texts.count) texts have a suffix")
        for text in texts { try decoder.check(prefixes[text.prefix] + [.tokens(text.suffix)]) }
        let lengths = prefixes.map(Self.length)
        self.texts = texts
        self.maxNewTokens = max(maxNewTokens, 1)
        rowCapacity = texts.count * copies
        let rowCapacity = rowCapacity
        caches = (0..<decoder.layerCount).map { _ in
            KeyValueCache(
                prefixes: (count: prefixes.count, capacity: lengths.max() ?? 0), suffixes: rowCapacity,
                sizes: decoder.attention, in: context)
        }
        self.decoder = decoder
        self.embeddings = embeddings
        self.prefixes = prefixes
        self.context = context
    }

    private static func length(_ segments: [Segment]) -> Int { segments.reduce(0) { $0 + $1.count } }

    /// How many positions a text's prefix takes.
    private func prefixLength(_ text: Int) -> Int { Self.length(prefixes[texts[text].prefix]) }

    /// How many positions a text can have after its prefix. The last new token is never read back, so it needs none.
    private func capacity(_ text: Int) -> Int {
        min(texts[text].suffix.count + maxNewTokens - 1, decoder.contextLength - prefixLength(text))
    }

    package var remainingTokens: [Int] {
        let taken = rows.isEmpty ? texts.indices.map { ($0, 0) } : rows.map { ($0.text, $0.length) }
        return taken.map { text, length in capacity(text) - max(length, texts[text].suffix.count) + 1 }
    }

    package func prefill() throws -> Tensor {
        precondition(rows.isEmpty, "DecoderSession: prefill is called once")
        let width = decoder.width
        rows = texts.indices.map { Row(text: $0, slot: $0) }
        let spans = prefixes.enumerated().map { SequenceSpan(.prefix($0), start: 0, count: Self.length($1)) }
        let hidden = Tensor(shape: [spans.map(\.count).reduce(0, +), width], in: context)  // [R, D]
        var row = hidden.pointer
        for segment in prefixes.joined() {
            switch segment {
            case .tokens(let ids):
                for (offset, id) in ids.enumerated() { decoder.embed(id, into: row + offset * width) }
            case .embeddings(let rows):
                row.update(from: embeddings.pointer + rows.lowerBound * width, count: rows.count * width)
            }
            row += segment.count * width
        }
        try run(hidden, spans: spans)
        guard let first = texts.first, first.suffix.isEmpty else {
            return try extend(by: texts.map(\.suffix), lastLogitsOnly: true)
        }
        let last = SequenceSpan.lastRows(of: spans)
        return decoder.logits(after: hidden, rows: texts.map { last[$0.prefix] }, in: context)
    }

    package func step(_ tokenIDs: [Int]) throws -> Tensor {
        precondition(
            tokenIDs.count == rows.count, "DecoderSession: \(tokenIDs.count) tokens for \(rows.count) sequences")
        return try extend(by: tokenIDs.map { [$0] })
    }

    /// Appends tokens to each sequence.
    /// - Parameter tokenIDs: for each sequence the tokens to append.
    /// - Returns: the logits that follow each of the tokens, `[all tokens, V]`.
    package func extend(by tokenIDs: [[Int]]) throws -> Tensor { try extend(by: tokenIDs, lastLogitsOnly: false) }

    private func extend(by tokenIDs: [[Int]], lastLogitsOnly: Bool) throws -> Tensor {
        let longest = zip(rows, tokenIDs).map { $0.length + $1.count }.max() ?? 0
        let limit = texts.indices.map(capacity).max() ?? 0
        for cache in caches { cache.reserveSuffixes(positions: longest, limit: limit, in: context) }
        let width = decoder.width
        let hidden = Tensor(shape: [tokenIDs.map(\.count).reduce(0, +), width], in: context)  // [R, D]
        var target = hidden.pointer
        let spans = zip(rows, tokenIDs).map { row, tokens in
            let prefix = prefixLength(row.text)
            for token in tokens {
                decoder.embed(token, into: target)
                target += width
            }
            return SequenceSpan(
                .suffix(slot: row.slot, prefix: texts[row.text].prefix, count: prefix),
                start: row.length,
                count: tokens.count)
        }
        try run(hidden, spans: spans)
        for index in rows.indices { rows[index].length += tokenIDs[index].count }
        let wanted = lastLogitsOnly ? SequenceSpan.lastRows(of: spans) : Array(0..<hidden.rows)
        return decoder.logits(after: hidden, rows: wanted, in: context)
    }

    package func select(rows selection: [Int]) {
        precondition(
            selection.count <= rowCapacity,
            "DecoderSession: \(selection.count) rows where there is room for \(rowCapacity)"
        )
        var freeSlots = Set(0..<rowCapacity).subtracting(selection.map { rows[$0].slot }).sorted()
        var taken: Set<Int> = []
        let previous = rows
        rows = selection.map { index in
            var row = previous[index]
            guard !taken.insert(index).inserted else { return row }
            // Its slot continues in another row already: the copy gets an unused one.
            let slot = freeSlots.removeLast()
            if row.length > 0 {
                for cache in caches { cache.copySuffix(from: row.slot, to: slot, count: row.length) }
            }
            row.slot = slot
            return row
        }
    }

    private func run(_ hidden: borrowing Tensor, spans: [SequenceSpan]) throws {
        decoder.prepare(hidden, spans: spans)
        for (layer, cache) in caches.enumerated() {
            try Task.checkCancellation()
            decoder.run(layer: layer, on: hidden, spans: spans, cache: cache, in: context)
        }
    }
}

extension CausalDecoder {
    /// Checks that a text can begin with these segments.
    /// - Throws: `GenerationError.promptTooLong` if there is no position for all of them, `.unknownToken` if a token is not
    ///   in the table.
    package func check(_ segments: [DecoderSession.Segment]) throws(GenerationError) {
        let positions = segments.reduce(0) { $0 + $1.count }
        guard positions <= contextLength else { throw .promptTooLong(positions: positions, limit: contextLength) }
        for case .tokens(let ids) in segments {
            if let unknown = ids.first(where: { !(0..<vocabularySize).contains($0) }) {
                throw .unknownToken(id: unknown, vocabularySize: vocabularySize)
            }
        }
    }
}
