import TensorCore

/// Decoding without looking back: at each step every sequence gets one token, the most probable or a random one.
///
/// Reproduces `GenerationMixin.generate` of transformers with `num_beams=1`. A sequence that has ended leaves the batch.
public struct TokenSearch: Sendable {
    /// How a token is chosen.
    public enum Choice: Sendable {
        /// The most probable, the first of equals: greedy decoding.
        case mostProbable
        /// A random one, as probable as the processed logits say: multinomial sampling. The numbers drawn for a sequence
        /// depend on the seed, on its own seed, and on which of the sequences from one beginning it is.
        case sampled(seed: UInt64)
    }

    private let maxNewTokens: Int
    private let endTokenIDs: Set<Int>
    private let processors: [any LogitsProcessor]
    private let choice: Choice

    /// - Parameters:
    ///   - maxNewTokens: the most tokens that a sequence gets, an end token included.
    ///   - endTokenIDs: the tokens that close a sequence.
    ///   - processors: what changes the logits before the choice, in order.
    public init(
        maxNewTokens: Int, endTokenIDs: [Int], processors: [any LogitsProcessor] = [], choice: Choice = .mostProbable
    ) {
        self.maxNewTokens = maxNewTokens
        self.endTokenIDs = Set(endTokenIDs)
        self.processors = processors
        self.choice = choice
    }

    /// Continues all sequences of `session` to their end.
    ///
    /// - Parameters:
    ///   - beginnings: one for each sequence of the session.
    ///   - copies: how many sequences to write from each beginning.
    ///   - observe: is shown every new token, in which sequence it stands, and the processed logits `[V]` that chose it.
    /// - Returns: what each beginning got, in the session's order, its copies together.
    /// - Throws: `GenerationError.invalidLogits`, `.noTokenLeft`, or what the session throws.
    public func callAsFunction(
        _ session: some DecodingSession, beginnings: [SequenceBeginning], copies: Int = 1,
        observe: (_ sequence: Int, _ token: Int, _ logits: UnsafeBufferPointer<Float>) -> Void = { _, _, _ in }
    ) throws -> [[GeneratedSequence]] {
        var texts = zip(beginnings, session.remainingTokens).flatMap { beginning, room in
            (0..<copies).map { copy in
                Text(beginning: beginning, limit: min(maxNewTokens, room), random: random(for: beginning, copy: copy))
            }
        }
        func results() -> [[GeneratedSequence]] {
            beginnings.indices.map { texts[($0 * copies)..<(($0 + 1) * copies)].map(\.sequence) }
        }
        // For each text alive: the row of the logits that its next token comes from.
        var alive = texts.indices.filter { texts[$0].limit > 0 }.map { (index: $0, row: $0 / copies) }
        guard !alive.isEmpty else { return results() }
        var logits = try session.prefill()  // [R, V]
        while true {
            for (index, row) in alive {
                let row = UnsafeBufferPointer(start: logits.pointer + row * logits.columns, count: logits.columns)
                try texts[index].extend(by: row, processors: processors, endTokenIDs: endTokenIDs) {
                    observe(index, $0, $1)
                }
            }
            let kept = alive.filter { !texts[$0.index].hasEnded }
            guard !kept.isEmpty else { return results() }
            let rows = kept.map(\.row)
            if rows != Array(0..<logits.rows) { session.select(rows: rows) }
            alive = kept.enumerated().map { (index: $1.index, row: $0) }
            logits = try session.step(alive.compactMap { texts[$0.index].sequence.tokenIDs.last })
        }
    }

    private func random(for beginning: SequenceBeginning, copy: Int) -> RandomNumbers? {
        guard case .sampled(let seed) = choice else { return nil }
        return RandomNumbers(seeds: seed, beginning.seed, UInt64(copy))
    }
}

/// What a search has to know of a sequence's beginning.
public struct SequenceBeginning: Sendable {
    /// The tokens before the new ones that logits processors see.
    public var visiblePrompt: [Int]
    /// What makes this sequence's random numbers its own.
    public var seed: UInt64

    public init(visiblePrompt: [Int] = [], seed: UInt64 = 0) {
        self.visiblePrompt = visiblePrompt
        self.seed = seed
    }
}

/// One sequence while it grows.
private struct Text {
    let limit: Int
    private var history: TokenHistory
    private(set) var sequence = GeneratedSequence()
    private var random: RandomNumbers?

    init(beginning: SequenceBeginning, limit: Int, random: RandomNumbers?) {
        self.limit = limit
        self.random = random
        history = TokenHistory(prompt: beginning.visiblePrompt)
    }

    var hasEnded: Bool { sequence.finishReason == .endToken || sequence.tokenIDs.count >= limit }

    mutating func extend(
        by logits: UnsafeBufferPointer<Float>, processors: [any LogitsProcessor], endTokenIDs: Set<Int>,
        observe: (Int, UnsafeBufferPointer<Float>) -> Void
    ) throws {
        let step = sequence.tokenIDs.count
        let normalizer = logSumExp(logits.baseAddress!, count: logits.count)
        guard normalizer.isFinite else { throw GenerationError.invalidLogits(step: step) }
        let token = try withProcessed(logits, by: processors, after: history) { processed in
            guard let token = choose(processed) else { throw GenerationError.noTokenLeft(step: step) }
            observe(token, processed)
            return token
        }
        sequence.tokenIDs.append(token)
        history.generated.append(token)
        sequence.logProbability += logits[token] - normalizer
        sequence.score = sequence.logProbability
        if endTokenIDs.contains(token) { sequence.finishReason = .endToken }
    }

    private mutating func choose(_ logits: UnsafeBufferPointer<Float>) -> Int? {
        guard var random else {
            let best = indexOfMaximum(logits)
            return logits[best] > -.infinity ? best : nil
        }
        defer { self.random = random }
        return CategoricalDistribution(logits).draw(&random)
    }
}

/// Calls `body` with the logits after all processors; the logits themselves stay as they are.
func withProcessed<Result>(
    _ logits: UnsafeBufferPointer<Float>, by processors: [any LogitsProcessor], after history: TokenHistory,
    _ body: (UnsafeBufferPointer<Float>) throws -> Result
) rethrows -> Result {
    guard !processors.isEmpty else { return try body(logits) }
    return try withUnsafeTemporaryAllocation(of: Float.self, capacity: logits.count) { copy in
        _ = copy.initialize(from: logits)
        for processor in processors { processor.process(copy, after: history) }
        return try body(UnsafeBufferPointer(copy))
    }
}
