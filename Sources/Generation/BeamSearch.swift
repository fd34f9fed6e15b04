import CaptionerTensorCore

/// Beam search: several sequences of each text are followed at once, and the best of all that end is taken. With a seed,
/// beam sampling: the continuations are drawn instead.
///
/// Reproduces `GenerationMixin.generate` of transformers with `num_beams` above 1. Scores are sums of processed
/// log-probabilities, divided by length^`lengthPenalty` once a sequence ends. Beams of a text share its prefix.
package struct BeamSearch: Sendable {
    private let settings: BeamSettings
    private let maxNewTokens: Int
    private let endTokenIDs: [Int]
    private let processors: [any LogitsProcessor]

    /// - Parameters:
    ///   - settings: how many beams, and how they are ranked.
    ///   - maxNewTokens: the most tokens that a sequence gets, an end token included.
    ///   - endTokenIDs: the tokens that close a sequence.
    ///   - processors: what changes the log-probabilities before the choice, in order.
    package init(
        settings: BeamSettings, maxNewTokens: Int, endTokenIDs: [Int], processors: [any LogitsProcessor] = []
    ) {
        self.settings = settings
        self.maxNewTokens = maxNewTokens
        self.endTokenIDs = endTokenIDs
        self.processors = processors
    }

    /// Continues all texts of `session`, which must have room for `beamCount` rows of each.
    ///
    /// - Parameter starts: one for each sequence of the session.
    /// - Returns: for each text up to `returnedCount` sequences, the best first.
    /// - Throws: `GenerationError.invalidLogits`, `.noTokenLeft`, or what the session throws.
    package func callAsFunction(
        _ session: some DecodingSession, starts: [SequenceStart]
    ) throws -> [[GeneratedSequence]] {
        var texts = zip(starts, session.remainingTokens).map { start, room in
            BeamText(
                start, settings: settings, limit: min(maxNewTokens, room), endTokenIDs: endTokenIDs)
        }
        // For each text alive: the rows of the logits that its beams continue. At first they are all the same row.
        var alive = texts.indices.filter { texts[$0].limit > 0 }.map { index in
            (index: index, rows: texts[index].beams.map { _ in index })
        }
        guard !alive.isEmpty else { return texts.map { _ in [GeneratedSequence()] } }
        var logits = try session.prefill()  // [R, V]
        while true {
            var kept: [(index: Int, rows: [Int])] = []
            for (index, rows) in alive {
                let beams = rows.map {
                    UnsafeBufferPointer(start: logits.pointer + $0 * logits.columns, count: logits.columns)
                }
                let parents = try texts[index].advance(by: beams, processors: processors)
                if !parents.isEmpty { kept.append((index, parents.map { rows[$0] })) }
            }
            guard !kept.isEmpty else { return texts.map(\.results) }
            session.select(rows: kept.flatMap(\.rows))
            var next = 0
            alive = kept.map { text in
                defer { next += text.rows.count }
                return (text.index, Array(next..<(next + text.rows.count)))
            }
            logits = try session.step(kept.flatMap { texts[$0.index].beams.compactMap(\.tokenIDs.last) })
        }
    }
}
