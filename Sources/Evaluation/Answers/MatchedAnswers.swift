package import CaptionerFiles
import CaptionerJSON

/// Which answer is to which question.
package struct MatchedAnswers: Sendable {
    /// Of each question the answer that counts.
    package var answers: [AnswerLine?]
    /// Lines that answer no question, or whose question has another answer that counts.
    package var others: [AnswerLine] = []
    package var notes: [String] = []

    package var answeredCount: Int { answers.count { $0 != nil } }

    init(count: Int) { answers = [AnswerLine?](repeating: nil, count: count) }

    /// By id and prompt. Of questions that are the same in both, each takes the next answer.
    static func byPrompt(_ lines: [AnswerLine], to questions: [EvaluationQuestion]) -> MatchedAnswers {
        struct Key: Hashable {
            let id: ExactString
            let prompt: ExactString
        }
        var result = MatchedAnswers(count: questions.count)
        var places: [Key: [Int]] = [:]
        for (place, question) in questions.enumerated().reversed() {
            places[Key(id: ExactString(question.id.json()), prompt: ExactString(question.prompt)), default: []]
                .append(place)
        }
        for line in lines {
            let key = Key(id: ExactString(line.record.questionID.json()), prompt: ExactString(line.record.prompt))
            if let place = places[key]?.popLast() {
                result.answers[place] = line
            } else {
                result.others.append(line)
            }
        }
        result.noteOthers("to no question that has none yet")
        result.noteMissing()
        return result
    }

    /// By id alone, which no two questions share. Of several answers to a question the last counts.
    static func byID(_ lines: [AnswerLine], to questions: [EvaluationQuestion]) -> MatchedAnswers {
        var result = MatchedAnswers(count: questions.count)
        let places = Dictionary(
            questions.enumerated().map { (ExactString($1.id.json()), $0) }, uniquingKeysWith: { first, _ in first })
        var replaced: [AnswerLine] = []
        var strangers: [AnswerLine] = []
        var otherPrompts: [AnswerLine] = []
        for line in lines {
            guard let place = places[ExactString(line.record.questionID.json())] else {
                strangers.append(line)
                continue
            }
            if let earlier = result.answers[place] { replaced.append(earlier) }
            result.answers[place] = line
            if !line.record.prompt.hasSameBytes(as: questions[place].prompt) { otherPrompts.append(line) }
        }
        result.others = strangers
        result.noteOthers("to no question")
        if let first = replaced.first {
            result.notes.append(
                "\(replaced.count) answers are replaced by later ones to the same question, the first in line \(first.number)"
            )
        }
        result.others += replaced
        if let first = otherPrompts.first {
            result.notes.append(
                "\(otherPrompts.count) answers were given to another prompt than the table makes, the first in line \(first.number)"
            )
        }
        result.noteMissing()
        return result
    }

    private mutating func noteOthers(_ what: String) {
        guard let first = others.first else { return }
        notes.append("\(others.count) answers are \(what), and left out, the first in line \(first.number)")
    }

    private mutating func noteMissing() {
        let missing = answers.count - answeredCount
        if missing > 0 { notes.append("\(missing) of \(answers.count) questions have no answer") }
    }
}

extension MatchedAnswers {
    /// Writes the answers that count, in the order of their questions, as lines.
    /// - Throws: `FileError.unwritableOutput`, `CancellationError`.
    package func writeLines(to file: WholeFile) throws {
        for case let line? in answers {
            try file.append(line.bytes)
            try file.append("\n")
        }
    }

    /// The models that gave them, in order of their first answers.
    package var modelIDs: [String] {
        var seen: Set<ExactString> = []
        return answers.compactMap { $0?.record.modelID }.filter { seen.insert(ExactString($0)).inserted }
    }
}
