/// How beams are followed and ranked. Names and meanings are those of transformers' `GenerationConfig`.
package struct BeamSettings: Sendable, Equatable {
    /// When a text is finished; `early_stopping` in transformers.
    package enum EarlyStopping: String, Sendable, CaseIterable {
        /// As soon as there are as many finished sequences as beams.
        case whenFull = "true"
        /// When the best open beam, were it to end now, would not be among the finished sequences.
        case whenUnlikely = "false"
        /// When no open beam can be among the finished sequences any more.
        case never
    }

    /// How the details go. Results differ where the best candidate of a step ends a sequence, and at the longest length.
    package enum Rules: Sendable {
        /// As `BeamSearchScorer` of transformers 4.
        case transformers4
        /// As the vectorised search since transformers 4.50.
        case transformers5
    }

    package var beamCount: Int
    /// How many sequences of each text to return, at most `beamCount`.
    package var returnedCount: Int
    /// Exponent of the length by which a sum of log-probabilities is divided. Above 0 it favours long sequences.
    package var lengthPenalty: Double
    package var earlyStopping: EarlyStopping
    package var rules: Rules
    /// Draw continuations with this seed instead of taking the most probable.
    package var samplingSeed: UInt64?

    package init(
        beamCount: Int, returnedCount: Int = 1, lengthPenalty: Double = 1,
        earlyStopping: EarlyStopping = .whenUnlikely, rules: Rules = .transformers4, samplingSeed: UInt64? = nil
    ) {
        self.beamCount = beamCount
        self.returnedCount = returnedCount
        self.lengthPenalty = lengthPenalty
        self.earlyStopping = earlyStopping
        self.rules = rules
        self.samplingSeed = samplingSeed
    }
}
