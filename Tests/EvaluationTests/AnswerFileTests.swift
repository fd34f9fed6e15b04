import CaptionerFiles
import TestSupport
import Testing

@testable import CaptionerEvaluation

@Suite struct AnswerFileTests {
    private static let line =
        #"{"question_id": 1, "prompt": "p", "text": "t", "answer_id": "x", "model_id": "m", "new": [1]}"#

    private func read(_ text: String) async throws -> AnswerSet {
        let folder = try TemporaryFolder()
        try folder.write(text, as: "a.jsonl")
        return try await AnswerFile(folder.filePath("a.jsonl")).answers(to: [])
    }

    @Test func linesAreReadAsTheyAre() async throws {
        let answers = try await read(Self.line + "\r\n\n" + Self.line)
        #expect(answers.lines.map(\.number) == [1, 3] && answers.notes == [])
        #expect(answers.lines[1].bytes == Array(Self.line.utf8))
        #expect(answers.lines[0].record.text == "t" && answers.lines[0].record.choice == nil)
    }

    @Test func aLastLineThatIsCutOffIsLeftOut() async throws {
        let answers = try await read(Self.line + "\n" + Self.line.dropLast(3))
        #expect(answers.lines.count == 1)
        #expect(answers.notes.count == 1 && answers.notes[0].contains("a.jsonl, 2, is cut off, and left out"))
    }

    @Test(
        arguments: [
            ("{\n" + line, "line 1: not JSON"), (line + "\n{\n", "line 2: not JSON"), ("[]\n", "expected an object"),
            (#"{"prompt": "p", "text": "t"}"# + "\n", "no question_id"),
            (#"{"question_id": 1, "prompt": "p", "text": null}"# + "\n", "expected a text in text, found null"),
        ])
    func otherLinesAreErrors(text: String, cause: String) async throws {
        do {
            _ = try await read(text)
            Issue.record("no error")
        } catch {
            #expect("\(error)".contains("a.jsonl: ") && "\(error)".contains(cause), "\(error)")
        }
    }
}
