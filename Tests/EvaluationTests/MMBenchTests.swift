import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerEvaluation

@Suite struct MMBenchTests {
    @Test func theScoreIsThatOfTheRealScript() async throws {
        let benchmark = try EvaluationFixture.mmbench()
        let matched = try await EvaluationFixture.answers("mmbench/answers.jsonl", to: benchmark)
        #expect(matched.notes == [])
        let score = benchmark.score(matched)
        #expect(try EvaluationFixture.json("mmbench/expected.json")["printed"] == .string(score.lines.joined() + "\n"))
        #expect(score.notes == [] && score.tables.map(\.title) == ["category", "l2-category"])
        for table in score.tables {
            #expect(
                table.rows.map(\.count).reduce(0, +) == benchmark.questions.count { $0.id.integer ?? 0 < 1_000_000 })
        }
        // Names that only differ in their bytes are two.
        #expect(score.tables[1].rows.count == 2)
    }

    @Test func modelsAreAskedWhatTheRealScriptAsks() throws {
        let prompts = try EvaluationFixture.texts("mmbench/expected.json", "prompts")
        let asked = try EvaluationFixture.mmbench().questions.map(\.modelPrompt)
        #expect(asked.count == prompts.count && zip(asked, prompts).allSatisfy { $0.hasSameBytes(as: $1) })
    }

    @Test func theSheetHasTheRowsOfTheRealOne() async throws {
        let benchmark = try EvaluationFixture.mmbench()
        let matched = try await EvaluationFixture.answers("mmbench/answers.jsonl", to: benchmark)
        let expected = try #require(EvaluationFixture.json("mmbench/expected.json")["rows"]?.elements)
        let rows = try benchmark.sheet(matched).rows
        #expect(rows.count == expected.count)
        for (row, expected) in zip(rows, expected) {
            let values = row.map { cell -> JSONValue in
                switch cell {
                case .number(let number): .integer(number)
                case .text("", _): .null
                case .text(let text, _): .string(text)
                }
            }
            #expect(JSONValue.array(values) == expected)
        }
        let (bytes, notes) = try benchmark.uploadSheet(matched)
        #expect(notes == [])
        #expect(try bytes == benchmark.uploadSheet(matched).bytes)
    }

    private static let header = "index\tquestion\thint\tA\tB\tC\tD\tanswer\timage"

    private func read(_ table: String) throws -> [MMBenchRow] {
        let folder = try TemporaryFolder()
        try folder.write(table, as: "t.tsv")
        return try MMBenchRow.read(TabSeparatedTable(folder.filePath("t.tsv")))
    }

    @Test func optionsEndAtTheFirstThatIsMissing() throws {
        let rows = try read(
            Self.header
                + "\n1\tq\tnan\tx\tNone\ty\tz\tA\taa\n2\tq\tNONE\tx\tnoNE\t\t\tA\taa\n3\tq\th\t1\t2\t3\t4\tD\taa")
        #expect(rows.map(\.options) == [["x"], ["x"], ["1", "2", "3", "4"]])
        #expect(rows.map(\.prompt) == ["q\nA. x", "q\nA. x", "h\nq\nA. 1\nB. 2\nC. 3\nD. 4"])
        #expect(rows[2].asQuestion.choice == .init(options: ["1", "2", "3", "4"], letters: ["A", "B", "C", "D"]))
        #expect(
            rows[1].asQuestion.modelPrompt
                == "q\nA. x\nAnswer with the option's letter from the given choices directly.")
    }

    private static let badTables: [(table: String, cause: String)] = [
        ("index\tquestion\n1\t2", "there is no column hint, A, B, C, D, image, only index, question"),
        (header, "it has no rows"), ("", "it has no header"), ("index\tindex\n", "two columns are called index"),
        ("\(header)\n1\tq\t\tx\n\n1\tq", "rows 1 and 2 both have the index 1"),
        ("\(header)\nx\tq", "row 1, column index: expected a number, found \"x\""),
        ("\(header)\n-1\tq", "expected a number, found \"-1\""), ("\(header)\n1\tNA", "row 1 has no question"),
        ("\(header)\n1\t\t\t\t\t\t\t\t\t", "row 1 has 10 cells, expected 9"),
        ("\(header)\n1\t\"q\n\n", "line 2: a quotation mark begins a cell that does not end"),
    ]

    @Test(arguments: badTables)
    func badTablesAreErrors(table: String, cause: String) {
        let text = message { _ = try read(table) }
        #expect(text.contains("t.tsv: ") && text.contains(cause), "\(text)")
    }

    @Test func textThatIsNotUTF8IsAnError() throws {
        let folder = try TemporaryFolder()
        try folder.write(Array((Self.header + "\n1\tq\t\tx").utf8) + [0xFF], as: "t.tsv")
        let text = message { _ = try MMBenchBenchmark(table: folder.filePath("t.tsv")) }
        #expect(text.contains("t.tsv: row 1, column A is not UTF-8"), "\(text)")
    }

    @Test(
        arguments: [
            ("aGk=", "hi"), (" aG\n k= ", "hi"), ("aGk", "3 digits and 0 = at the end; it may be cut off"),
            ("aG*k", "byte 2 is 0x2A"), ("", "it is empty"), ("aA=aa", "byte 3 follows its end"),
            ("a===", "1 digits and 3 = at the end"), ("aGk_", "byte 3 is 0x5F"),
        ])
    func imagesAreBase64(cell: String, outcome: String) throws {
        let image = try read(Self.header + "\n7\tq\t\tx\t\t\t\tA\t\"\(cell)\"")[0].asQuestion.image
        do {
            #expect(String(decoding: try image.bytes(in: "."), as: UTF8.self) == outcome)
        } catch {
            #expect(
                error.message.contains("t.tsv: row 1, column image (index 7) is not Base64: \(outcome)"), "\(error)")
        }
    }

    /// Where a table has an image once, other rows have the index of its row.
    @Test func imagesAreFoundByIndex() throws {
        let rows = try read(
            Self.header + "\n7\tq\t\tx\t\t\t\tA\taGk=\n1000007\tq\t\tx\t\t\t\tA\t7\n8\tq\t\tx\t\t\t\tA\t1234")
        let images = rows.map(\.asQuestion.image)
        #expect(
            try images.map { try $0.bytes(in: ".") } == [Data("hi".utf8), Data("hi".utf8), Data([0xD7, 0x6D, 0xF8])])
        #expect(images[0].key == images[1].key && images[0].key != images[2].key)
    }

    @Test func allCopiesHaveToBeRight() throws {
        let folder = try TemporaryFolder()
        let rows = [(5, "A"), (1_000_005, "B"), (6, "A"), (2_000_006, "C"), (7, "B"), (1_000_008, "A"), (9, "")]
        let table = rows.map { "\($0.0)\tq \($0.0)\t\tx\ty\tz\t\t\($0.1)\taaaa" }.joined(separator: "\n")
        try folder.write(Self.header + "\n" + table, as: "t.tsv")
        let benchmark = try MMBenchBenchmark(table: folder.filePath("t.tsv"))
        let given = [
            (5, "A"), (1_000_005, "B"), (6, "A"), (2_000_006, "c"), (7, "A"), (7, "B"), (9, "nan"), (10, "A"),
        ]
        let lines = given.enumerated().map { place, answer in
            AnswerLine(
                record: AnswerRecord(
                    questionID: .integer(answer.0), prompt: "q \(answer.0)\nA. x\nB. y\nC. z", text: answer.1,
                    choice: nil,
                    answerID: "", modelID: ""), number: place + 1, bytes: [])
        }
        let matched = benchmark.matched(lines)
        #expect(
            matched.notes == [
                "1 answers are to no question, and left out, the first in line 8",
                "1 answers are replaced by later ones to the same question, the first in line 5",
                "1 of 7 questions have no answer",
            ])
        let score = benchmark.score(matched)
        // 5 and 7 of 5, 6, 7 and 9.
        #expect(score.lines == ["50.00%"])
        #expect(score.notes == ["1 rows are copies of questions that the table does not have, and not counted"])
    }
}
