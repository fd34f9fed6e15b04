/// Beam search: several sequences of each text are followed at once, and the best of all that end is taken. With a seed,
/// beam sampling: the continuations are drawn instead.
///
/// Reproduces `GenerationMixin.generate` of transformers with `num_beams` above 1. Scores are sums of processed
/// log-probabilities, divided by length^`lengthPenalty` once a sequence ends. Beams of a text share its prefix.
package struct BeamSearch: SearchMethod {
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

    package func text(_ start: SequenceStart, room: Int) -> any TextSearch {
        BeamText(
            start, settings: settings, limit: min(maxNewTokens, room), endTokenIDs: endTokenIDs, processors: processors)
    }
}
