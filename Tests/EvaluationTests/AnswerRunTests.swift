import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerEvaluation

@Suite struct AnswerRunTests {
    /// Repeats questions, and knows one that has no answer.
    private struct Echo: QuestionAnswerer {
        /// Whether answers say how many questions were asked together.
        var counts = false

        func answers(
            to questions: [String], about images: [Data]
        ) async throws -> [Result<ModelAnswer, AnswerFailure>] {
            guard images[0].count < 100 else { throw AnswerFailure("no picture") }
            return questions.map { question in
                guard !question.hasPrefix("no") else { return .failure(AnswerFailure("not that")) }
                return .success(
                    ModelAnswer(
                        text: " \(counts ? "\(questions.count): " : "")\(question)\n", isComplete: false, note: "a note"
                    ))
            }
        }
    }

    private let folder: TemporaryFolder
    private let questions: [EvaluationQuestion]

    init() throws {
        folder = try TemporaryFolder()
        for (name, original) in [("a", "size-1x1.png"), ("b", "size-1x1.png"), ("c", "scene-001.jpg")] {
            try folder.copy(Fixtures.pictures.appendingPathComponent(original), as: "\(name).png")
        }
        let asked = [("a", "one"), ("b", "two"), ("a", "no"), ("c", "three"), ("d", "four"), ("a", "five")]
        let lines = asked.map { #"{"question_id": 1, "image": "\#($0).png", "text": "\#($1)"}"# + "\n" }
        try folder.write(lines.joined(), as: "q.jsonl")
        questions = try QuestionFile.read(folder.filePath("q.jsonl"))
    }

    private func run(stoppedAfter count: Int = .max, counts: Bool = false) async throws -> AnswerProgress {
        let writer = try AnswerWriter(
            folder.filePath("out.jsonl"), errors: folder.filePath("e.jsonl"), questions: questions, modelID: "m")
        var asked = 0
        return try await AnswerRun(
            questions, images: FilePath(folder.url.path), writer: writer, answerer: Echo(counts: counts))(
                isStopped: {
                    asked += 1
                    return asked > count
                }, progress: { _ in })
    }

    @Test func questionsAboutAnImageAreAskedTogether() async throws {
        let progress = try await run(counts: true)
        #expect(progress.isFinished && progress.answered == 3 && progress.failed == 3 && progress.cut == 3)
        #expect(progress.notes.map(\.count) == [3] && progress.notes.map(\.image) == ["a.png"])
        #expect(progress.firstFailure == "not that")
        let texts = try folder.lines("out.jsonl").map { try AnswerRecord(line: $0.utf8).text }
        #expect(texts == ["3: one", "1: two", "", "", "", "3: five"])
        let errors = try folder.lines("e.jsonl")
        #expect(errors.count == 3)
        #expect(errors[0].contains(#""index": 2"#) && errors[0].contains(#""message": "not that""#))
        #expect(errors[1].contains(#""message": "c.png: no picture""#))
        #expect(errors[2].contains("d.png: No such file or directory"))
    }

    /// Answers that wait for others are asked for again.
    @Test func aRunThatStopsAnywhereResumesToTheSame() async throws {
        _ = try await run()
        let whole = try (folder.bytes("out.jsonl"), folder.bytes("e.jsonl"))
        for count in 0...4 {
            for name in ["out.jsonl", "e.jsonl"] { try folder.write("", as: name) }
            let stopped = try await run(stoppedAfter: count)
            #expect(stopped.written == [0, 1, 3, 4, 6][count] && stopped.isFinished == (count == 4))
            let resumed = try await run()
            #expect(resumed.isFinished && resumed.resumed == stopped.written && resumed.allFailed == 3)
            #expect(try folder.bytes("out.jsonl") == whole.0 && folder.bytes("e.jsonl") == whole.1)
        }
    }
}
