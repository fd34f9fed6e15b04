package import CaptionerJSON

/// How the samples of a data set are rewritten.
package struct RewritingOptions: Sendable {
    package var profile: CompatibilityProfile?
    package var keepsOriginal = false
    package var candidateMode = CandidateMode.randomAny
    package var candidateCount = 1
    package var seed: UInt64 = 0
    /// The data set whose columns rows have with a profile; nil for the input.
    package var columns: DataSet?
    /// What becomes of the numbers that a pass of operators put into samples before.
    package var stats = CarriedStats.none

    /// What is done to captions before they are written, in all formats.
    package var edits: CaptionEdits?

    package enum CarriedStats: Sendable, Equatable {
        /// There are none.
        case none
        /// They stay in the rows as they are, for a pass that follows.
        case carried
        /// No pass follows: they stay as Data-Juicer writes them, or go.
        case finished(areKept: Bool)
    }

    package init() {}

    /// How rows are written.
    package var style: JSONStyle { profile?.style ?? .python }
}
