/// What answers are worth.
package struct EvaluationScore: Sendable {
    /// Of one question.
    package struct Verdict: Sendable {
        /// nil if there is none.
        package let answer: String?
        /// What was right, in words.
        package let expected: String
        /// 0 to 1; nil if it cannot be scored.
        package let score: Double?
    }

    /// What the benchmark's own script prints; empty if there was nothing to score.
    package let lines: [String]
    /// By question.
    package let verdicts: [Verdict]
    /// What the lines say, 0 to 1.
    package let share: Double?
    package let tables: [ScoreTable]
    package var notes: [String] = []
}
