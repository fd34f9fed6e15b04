import CaptionerFiles
import CaptionerJSON
import Foundation
package import SystemPackage

/// MMBench: a letter of up to four, which has to be right however the options are turned around.
package struct MMBenchBenchmark: Benchmark {
    package let questions: [EvaluationQuestion]
    package var name: String { "MMBench" }
    let table: TabSeparatedTable
    private let rows: [MMBenchRow]

    /// - Parameter table: MMBench's file of tab-separated values.
    /// - Throws: `FileError.unreadableFile`, which names the row and the cause; `CancellationError`.
    package init(table path: FilePath) throws {
        table = try TabSeparatedTable(path)
        rows = try MMBenchRow.read(table)
        questions = rows.map(\.asQuestion)
    }

    package func matched(_ lines: [AnswerLine]) -> MatchedAnswers { .byID(lines, to: questions) }

    /// The score of the challenge's `eval_mmbench.py`: the share of questions that, with all their copies, are answered
    /// with exactly the right letter. A question without an answer is not.
    package func score(_ matched: MatchedAnswers) -> EvaluationScore {
        let isRight = zip(rows, matched.answers).map { row, line in
            // A text that pandas takes for none is never right.
            guard let answer = row.answer, let text = line?.record.text else { return false }
            return text.hasSameBytes(as: answer)
        }
        let hasAnswers = table.column("answer") != nil
        let verdicts = zip(rows, zip(matched.answers, isRight)).map { row, given in
            EvaluationScore.Verdict(
                answer: given.0?.record.text, expected: row.answer ?? "",
                score: hasAnswers ? (given.1 ? 1 : 0) : nil)
        }
        guard hasAnswers else {
            return EvaluationScore(
                lines: [], verdicts: verdicts, share: nil, tables: [],
                notes: ["\(table.path.escaped) has no column answer, so there is no score"])
        }
        var isWhole: [Int: Bool] = [:]
        for (row, isRight) in zip(rows, isRight) {
            isWhole[row.baseIndex] = (isWhole[row.baseIndex] ?? true) && isRight
        }
        let bases = Set(rows.filter(\.isBase).map(\.index))
        var notes: [String] = []
        let strays = rows.count { !bases.contains($0.baseIndex) }
        if strays > 0 {
            notes.append("\(strays) rows are copies of questions that the table does not have, and not counted")
        }
        let scores = rows.map { row in row.isBase ? (isWhole[row.index] == true ? 1.0 : 0.0) : nil }
        let hits = scores.count { $0 == 1 }
        let share = bases.isEmpty ? nil : Double(hits) / Double(bases.count)
        return EvaluationScore(
            lines: bases.isEmpty ? [] : [String(format: "%.2f%%", 100 * Double(hits) / Double(bases.count))],
            verdicts: verdicts, share: share, tables: ScoreTable.byCategory(questions, scores), notes: notes)
    }
}
