import CaptionerFiles
import CaptionerJSON
import Foundation
package import SystemPackage

/// TextVQA: short answers, compared with those of ten people.
package struct TextVQABenchmark: Benchmark {
    package let questions: [EvaluationQuestion]
    package var name: String { "TextVQA" }
    private let annotationPath: FilePath
    private let annotations: TextVQAAnnotations

    /// - Parameters:
    ///   - questions: LLaVA's `llava_textvqa_val_v051_ocr.jsonl`.
    ///   - annotations: `TextVQA_0.5.1_val.json`.
    /// - Throws: `FileError.unreadableFile`, which names the line or the element; `CancellationError`.
    package init(questions: FilePath, annotations: FilePath) throws {
        self.questions = try QuestionFile.read(questions)
        annotationPath = annotations
        self.annotations = try TextVQAAnnotations(annotations)
    }

    package func matched(_ lines: [AnswerLine]) -> MatchedAnswers { .byPrompt(lines, to: questions) }

    /// The accuracy of `eval_textvqa.py`: the mean over the questions that have an answer.
    /// - Throws: `FileError.unreadableFile` if answered questions have no annotation.
    package func score(_ matched: MatchedAnswers) throws -> EvaluationScore {
        var verdicts: [EvaluationScore.Verdict] = []
        var unknown: [String] = []
        for (question, line) in zip(questions, matched.answers) {
            guard let text = TextVQAPrompt.question(in: question.prompt),
                let answers = annotations.answers(image: question.id, question: text)
            else {
                if line != nil { unknown.append(question.id.json()) }
                verdicts.append(.init(answer: line?.record.text, expected: "", score: nil))
                continue
            }
            let expected = Self.listed(answers)
            verdicts.append(
                .init(
                    answer: line?.record.text, expected: expected,
                    score: line.map { Self.score(of: $0.record.text, answers) }))
        }
        guard unknown.isEmpty else {
            throw FileError.unreadableFile(
                annotationPath,
                cause: "no annotation for \(unknown.count) of \(matched.answeredCount) answered questions, the first "
                    + "with question_id \(unknown[0])")
        }
        let scores = verdicts.compactMap(\.score)
        let accuracy = scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
        return EvaluationScore(
            lines: accuracy.map {
                ["Samples: \(scores.count)", "Accuracy: " + String(format: "%.2f%%", 100 * $0)]
            } ?? [],
            verdicts: verdicts, share: accuracy,
            tables: ScoreTable.byCategory(questions, verdicts.map(\.score)))
    }

    /// What is compared of an answer.
    package static func normalized(_ answer: String) -> String { AnswerNormalization.normalized(answer) }

    /// 0, 0.3, 0.6, 0.9 or 1: the mean over the ten of a third for each of the other nine who gave this answer, at most 1.
    static func score(of answer: String, _ answers: [String]) -> Double {
        let answer = ExactString(normalized(answer))
        let isSame = answers.map { ExactString(normalized($0)) == answer }
        let count = isSame.count { $0 }
        guard count > 0 else { return 0 }
        // In the original's order, as sums of thirds are rounded.
        return isSame.map { min(1, Double(count - ($0 ? 1 : 0)) / 3) }.reduce(0, +) / Double(answers.count)
    }

    /// The answers, most frequent first, each with how many gave it.
    private static func listed(_ answers: [String]) -> String {
        var counts: [ExactString: Int] = [:]
        var order: [ExactString] = []
        for answer in answers.map({ ExactString($0) }) {
            if counts[answer] == nil { order.append(answer) }
            counts[answer, default: 0] += 1
        }
        return order.enumerated().sorted {
            (-(counts[$0.element] ?? 0), $0.offset) < (-(counts[$1.element] ?? 0), $1.offset)
        }
        .map { (counts[$0.element] ?? 0) > 1 ? "\($0.element) (\(counts[$0.element] ?? 0))" : $0.element.string }
        .joined(separator: ", ")
    }
}
