/// How beams are followed and ranked. Names and meanings are those of transformers' `GenerationConfig`.
public struct BeamSettings: Sendable, Equatable {
    /// When a text is finished; `early_stopping` in transformers.
    public enum EarlyStopping: String, Sendable, CaseIterable {
        /// As soon as there are as many finished sequences as beams.
        case whenFull = "true"
        /// When the best open beam, were it to end now, would not be among the finished sequences.
        case whenUnlikely = "false"
        /// When no open beam can be among the finished sequences any more.
        case never
    }

    /// How the details go. Results differ where the best candidate of a step ends a sequence, and at the longest length.
    public enum Rules: Sendable {
        /// As `BeamSearchScorer` of transformers 4.
        case transformers4
        /// As the vectorised search since transformers 4.50.
        case transformers5
    }

    public var beamCount: Int
    /// How many sequences of each text to return, at most `beamCount`.
    public var returnedCount: Int
    /// Exponent of the length by which a sum of log-probabilities is divided. Above 0 it favours long sequences.
    public var lengthPenalty: Double
    public var earlyStopping: EarlyStopping
    public var rules: Rules
    /// Draw continuations with this seed instead of taking the most probable.
    public var samplingSeed: UInt64?

    public init(
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
