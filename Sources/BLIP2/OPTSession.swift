import Generation
import TensorCore

/// Texts that OPT continues together, each begun by an image and a prompt of its own length.
///
/// The sequence of a text is its image's prefix, then its prompt, which begins with the begin token, then what was
/// generated. What a text begins with is kept once, however many rows continue it.
final class OPTSession: DecodingSession {
    private let decoder: OPTDecoder
    private let prefixes: Tensor  // [B, Q, D]
    private let prompts: [[Int]]
    private let caches: [KeyValueCache]
    private let rowCapacity: Int
    private let tokenCapacity: Int
    private let context: ComputeContext
    private var rows: [Row] = []

    /// A sequence alive.
    private struct Row {
        /// Which text it continues.
        let text: Int
        /// Its slot in the caches, and how many positions are in it.
        var slot: Int
        var length = 0
    }

    /// - Parameters:
    ///   - prefixes: the projected queries of each image, `[B, Q, D]`.
    ///   - prompts: the token ids of each prompt, begin token included.
    ///   - copies: how many rows there shall be room for that continue one text.
    ///   - maxNewTokens: how many tokens there shall be room for.
    /// - Throws: `GenerationError` if a prompt leaves no room for a token or holds one that the model does not know.
    init(
        _ decoder: OPTDecoder, prefixes: consuming Tensor, prompts: [[Int]], copies: Int, maxNewTokens: Int,
        in context: ComputeContext
    ) throws {
        precondition(
            prefixes.shape.count == 3 && prefixes.shape[0] == prompts.count,
            "OPTSession: prefixes \(prefixes.shape) for \(prompts.count) prompts")
        let queryCount = prefixes.shape[1]
        for prompt in prompts { try decoder.configuration.check(prompt, after: queryCount) }
        let lengths = prompts.map { queryCount + $0.count }
        let contextLength = decoder.configuration.contextLength
        // The last new token is never read back, so it needs no position.
        tokenCapacity = min(max(maxNewTokens, 1) - 1, contextLength - (lengths.min() ?? 0))
        rowCapacity = prompts.count * copies
        let (rowCapacity, width) = (rowCapacity, decoder.configuration.width)
        caches = decoder.layers.map { _ in
            KeyValueCache(
                beginnings: (count: prompts.count, capacity: lengths.max() ?? 0), continuations: rowCapacity,
                width: width, in: context)
        }
        self.decoder = decoder
        self.prefixes = prefixes
        self.prompts = prompts
        self.context = context
    }

    /// How many positions a text begins with.
    private func beginningLength(_ text: Int) -> Int { prefixes.shape[1] + prompts[text].count }

    var remainingTokens: [Int] {
        let taken = rows.isEmpty ? prompts.indices.map { ($0, 0) } : rows.map { ($0.text, $0.length) }
        return taken.map { text, length in
            min(tokenCapacity, decoder.configuration.contextLength - beginningLength(text)) - length + 1
        }
    }

    func prefill() throws -> Tensor {
        precondition(rows.isEmpty, "OPTSession: prefill is called once")
        let (queryCount, width) = (prefixes.shape[1], prefixes.shape[2])
        rows = prompts.indices.map { Row(text: $0, slot: $0) }
        let spans = prompts.indices.map { SequenceSpan(.beginning($0), start: 0, count: beginningLength($0)) }
        let hidden = Tensor(shape: [spans.map(\.count).reduce(0, +), width], in: context)  // [R, D]
        var row = hidden.pointer
        for (index, prompt) in prompts.enumerated() {
            row.update(from: prefixes.pointer + index * queryCount * width, count: queryCount * width)
            for (offset, token) in prompt.enumerated() {
                decoder.embed(token, into: row + (queryCount + offset) * width)
            }
            for position in 0..<(queryCount + prompt.count) {
                decoder.addPosition(position, to: row)
                row += width
            }
        }
        try run(hidden, spans: spans)
        return decoder.logits(after: hidden, rows: SequenceSpan.lastRows(of: spans), in: context)
    }

    func step(_ tokenIDs: [Int]) throws -> Tensor {
        precondition(tokenIDs.count == rows.count, "OPTSession: \(tokenIDs.count) tokens for \(rows.count) sequences")
        return try extend(by: tokenIDs.map { [$0] })
    }

    /// Appends tokens to each sequence.
    /// - Parameter tokenIDs: for each sequence as many as shall be appended.
    /// - Returns: the logits that follow each of the tokens, `[all tokens, V]`.
    func extend(by tokenIDs: [[Int]]) throws -> Tensor {
        let longest = zip(rows, tokenIDs).map { $0.length + $1.count }.max() ?? 0
        for cache in caches { cache.reserveContinuations(positions: longest, in: context) }
        let width = decoder.configuration.width
        let hidden = Tensor(shape: [tokenIDs.map(\.count).reduce(0, +), width], in: context)  // [R, D]
        var target = hidden.pointer
        let spans = zip(rows, tokenIDs).map { row, tokens in
            let beginning = beginningLength(row.text)
            for (offset, token) in tokens.enumerated() {
                decoder.embed(token, into: target)
                decoder.addPosition(beginning + row.length + offset, to: target)
                target += width
            }
            return SequenceSpan(
                .continuation(slot: row.slot, beginning: row.text, count: beginning), start: row.length,
                count: tokens.count)
        }
        try run(hidden, spans: spans)
        for index in rows.indices { rows[index].length += tokenIDs[index].count }
        return decoder.logits(after: hidden, rows: Array(0..<hidden.rows), in: context)
    }

    func select(rows selection: [Int]) {
        precondition(
            selection.count <= rowCapacity, "OPTSession: \(selection.count) rows where there is room for \(rowCapacity)"
        )
        var freeSlots = Set(0..<rowCapacity).subtracting(selection.map { rows[$0].slot }).sorted()
        var taken: Set<Int> = []
        let previous = rows
        rows = selection.map { index in
            var row = previous[index]
            guard !taken.insert(index).inserted else { return row }
            // Its slot goes on in another row already: the copy gets one that nobody goes on with.
            let slot = freeSlots.removeLast()
            if row.length > 0 {
                for cache in caches { cache.copyContinuation(from: row.slot, to: slot, count: row.length) }
            }
            row.slot = slot
            return row
        }
    }

    private func run(_ hidden: borrowing Tensor, spans: [SequenceSpan]) throws {
        for (layer, cache) in zip(decoder.layers, caches) {
            try Task.checkCancellation()
            layer(hidden, spans: spans, cache: cache, in: context)
        }
    }
}
