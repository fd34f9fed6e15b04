import Generation
import TensorCore

/// Texts that OPT continues together, each begun by an image and a prompt of its own length.
///
/// The sequence of a text is its image's prefix, then its prompt, which begins with the begin token, then what was
/// generated.
final class OPTSession: DecodingSession {
    private let decoder: OPTDecoder
    private let prefixes: Tensor  // [B, Q, D]
    private let prompts: [[Int]]
    private let caches: [KeyValueCache]
    private let capacity: Int
    private let context: ComputeContext
    /// For each sequence alive: its slot in the caches and how many positions it has.
    private var slots: [Int] = []
    private var lengths: [Int] = []

    /// - Parameters:
    ///   - prefixes: the projected queries of each image, `[B, Q, D]`.
    ///   - prompts: the token ids of each prompt, begin token included.
    ///   - maxNewTokens: how many tokens there shall be room for.
    /// - Throws: `GenerationError` if a prompt leaves no room for a token or holds one that the model does not know.
    init(
        _ decoder: OPTDecoder, prefixes: consuming Tensor, prompts: [[Int]], maxNewTokens: Int,
        in context: ComputeContext
    ) throws {
        precondition(
            prefixes.shape.count == 3 && prefixes.shape[0] == prompts.count,
            "OPTSession: prefixes \(prefixes.shape) for \(prompts.count) prompts")
        for prompt in prompts { try decoder.configuration.check(prompt, after: prefixes.shape[1]) }
        let start = prefixes.shape[1] + (prompts.map(\.count).max() ?? 0)
        // The last new token is never read back, so it needs no position.
        capacity = start + min(max(maxNewTokens, 1) - 1, decoder.configuration.contextLength - start)
        let (slots, capacity, width) = (prompts.count, capacity, decoder.configuration.width)
        caches = decoder.layers.map { _ in
            KeyValueCache(slots: slots, capacity: capacity, width: width, in: context)
        }
        self.decoder = decoder
        self.prefixes = prefixes
        self.prompts = prompts
        self.context = context
    }

    var remainingTokens: [Int] {
        let taken = slots.isEmpty ? prompts.map { prefixes.shape[1] + $0.count } : lengths
        return taken.map { capacity - $0 + 1 }
    }

    func prefill() throws -> Tensor {
        precondition(slots.isEmpty, "OPTSession: prefill is called once")
        let (queryCount, width) = (prefixes.shape[1], prefixes.shape[2])
        slots = Array(prompts.indices)
        let spans = slots.map { SequenceSpan(slot: $0, start: 0, count: queryCount + prompts[$0].count) }
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
        return try run(hidden, spans: spans)
    }

    func step(_ tokenIDs: [Int]) throws -> Tensor {
        precondition(tokenIDs.count == slots.count, "OPTSession: \(tokenIDs.count) tokens for \(slots.count) sequences")
        let width = decoder.configuration.width
        let hidden = Tensor(shape: [tokenIDs.count, width], in: context)  // [R, D]
        let spans = zip(slots, lengths).map { SequenceSpan(slot: $0, start: $1, count: 1) }
        for (index, token) in tokenIDs.enumerated() {
            let row = hidden.pointer + index * width
            decoder.embed(token, into: row)
            decoder.addPosition(lengths[index], to: row)
        }
        return try run(hidden, spans: spans)
    }

    func keep(rows: [Int]) {
        slots = rows.map { slots[$0] }
        lengths = rows.map { lengths[$0] }
    }

    private func run(_ hidden: consuming Tensor, spans: [SequenceSpan]) throws -> Tensor {
        for (layer, cache) in zip(decoder.layers, caches) {
            try Task.checkCancellation()
            layer(hidden, spans: spans, cache: cache, in: context)
        }
        lengths = spans.map(\.end)
        return decoder.logits(after: hidden, spans: spans, in: context)
    }
}
