/// A set of questions, and how answers to them are scored.
package protocol Benchmark: Sendable {
    /// What people call it.
    var name: String { get }
    var questions: [EvaluationQuestion] { get }

    /// Finds out which answer is to which question.
    func matched(_ lines: [AnswerLine]) -> MatchedAnswers

    /// Scores answers as the benchmark's own script does.
    func score(_ matched: MatchedAnswers) throws -> EvaluationScore
}
