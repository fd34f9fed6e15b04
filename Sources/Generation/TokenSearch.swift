/// Decoding without backtracking: at each step every sequence gets one token, the most probable or a random one.
///
/// Reproduces `GenerationMixin.generate` of transformers with `num_beams=1`. A sequence that has ended leaves the batch.
package struct TokenSearch: SearchMethod {
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
    private let copies: Int

    /// - Parameters:
    ///   - maxNewTokens: the most tokens that a sequence gets, an end token included.
    ///   - endTokenIDs: the tokens that close a sequence.
    ///   - processors: what changes the logits before the choice, in order.
    ///   - copies: how many sequences to write from each start.
    package init(
        maxNewTokens: Int, endTokenIDs: [Int], processors: [any LogitsProcessor] = [], choice: Choice = .mostProbable,
        copies: Int = 1
    ) {
        self.maxNewTokens = maxNewTokens
        self.endTokenIDs = Set(endTokenIDs)
        self.processors = processors
        self.choice = choice
        self.copies = copies
    }

    package func text(_ start: SequenceStart, room: Int) -> any TextSearch {
        let sequences = (0..<copies).map { copy in
            GrowingSequence(start: start, limit: min(maxNewTokens, room), random: random(for: start, copy: copy))
        }
        return SampledText(sequences, processors: processors, endTokenIDs: endTokenIDs)
    }

    private func random(for start: SequenceStart, copy: Int) -> RandomNumbers? {
        guard case .sampled(let seed) = choice else { return nil }
        return RandomNumbers(seeds: seed, start.seed, UInt64(copy))
    }
}

/// The sequences that are written from one start.
private struct SampledText: TextSearch {
    private var sequences: [GrowingSequence]
    private let processors: [any LogitsProcessor]
    private let endTokenIDs: Set<Int>
    /// The sequences that have not ended, and the row that each one's next token comes from: at first all have the same.
    private var alive: [(index: Int, row: Int)]

    init(_ sequences: [GrowingSequence], processors: [any LogitsProcessor], endTokenIDs: Set<Int>) {
        self.sequences = sequences
        self.processors = processors
        self.endTokenIDs = endTokenIDs
        alive = sequences.indices.filter { sequences[$0].limit > 0 }.map { ($0, 0) }
    }

    var hasEnded: Bool { alive.isEmpty }
    var results: [GeneratedSequence] { sequences.map(\.sequence) }

    mutating func advance(
        by rows: [UnsafeBufferPointer<Float>], observe: (_ token: Int, _ logits: UnsafeBufferPointer<Float>) -> Void
    ) throws -> [ContinuedRow] {
        for (index, row) in alive {
            try sequences[index].extend(
                by: rows[row], processors: processors, endTokenIDs: endTokenIDs, observe: observe)
        }
        let kept = alive.filter { !sequences[$0.index].hasEnded }
        alive = kept.enumerated().map { ($1.index, $0) }
        return kept.compactMap { text in
            sequences[text.index].sequence.tokenIDs.last.map { ContinuedRow(row: text.row, token: $0) }
        }
    }
}
