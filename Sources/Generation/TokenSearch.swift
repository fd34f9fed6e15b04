import CaptionerTensorCore

/// Decoding without backtracking: at each step every sequence gets one token, the most probable or a random one.
///
/// Reproduces `GenerationMixin.generate` of transformers with `num_beams=1`. A sequence that has ended leaves the batch.
package struct TokenSearch: Sendable {
    /// How a token is chosen.
    package enum Choice: Sendable {
        /// The most probable, the first of equals: greedy decoding.
        case mostProbable
        /// A random one, as probable as the processed logits say: multinomial sampling. The numbers drawn for a sequence
        /// depend on the seed, on its own seed, and on which of the sequences from one start it is.
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
    package init(
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
    ///   - starts: one for each sequence of the session.
    ///   - copies: how many sequences to write from each start.
    ///   - observe: is shown every new token, its sequence, and the processed logits `[V]` that chose it.
    /// - Returns: what each start got, in the session's order, its copies together.
    /// - Throws: `GenerationError.invalidLogits`, `.noTokenLeft`, or what the session throws.
    package func callAsFunction(
        _ session: some DecodingSession, starts: [SequenceStart], copies: Int = 1,
        observe: (_ sequence: Int, _ token: Int, _ logits: UnsafeBufferPointer<Float>) -> Void = { _, _, _ in }
    ) throws -> [[GeneratedSequence]] {
        var texts = zip(starts, session.remainingTokens).flatMap { start, room in
            (0..<copies).map { copy in
                GrowingSequence(
                    start: start, limit: min(maxNewTokens, room), random: random(for: start, copy: copy))
            }
        }
        func results() -> [[GeneratedSequence]] {
            starts.indices.map { texts[($0 * copies)..<(($0 + 1) * copies)].map(\.sequence) }
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

    private func random(for start: SequenceStart, copy: Int) -> RandomNumbers? {
        guard case .sampled(let seed) = choice else { return nil }
        return RandomNumbers(seeds: seed, start.seed, UInt64(copy))
    }
}
