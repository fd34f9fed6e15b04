import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerEvaluation

@Suite struct AnswerWriterTests {
    private func write(
        _ texts: [String], to folder: TemporaryFolder, _ benchmark: any Benchmark,
        model: String = EvaluationFixture.model,
        isNew: Bool = false
    ) throws {
        let writer = try writer(folder, benchmark, model: model, isNew: isNew)
        for position in writer.next..<texts.count { try writer.write(.success(texts[position]), at: position) }
        try writer.synchronize()
    }

    private func writer(
        _ folder: TemporaryFolder, _ benchmark: any Benchmark, model: String = EvaluationFixture.model,
        isNew: Bool = false
    ) throws -> AnswerWriter {
        try AnswerWriter(
            folder.filePath("a.jsonl"), errors: folder.filePath("errors.jsonl"), questions: benchmark.questions,
            modelID: model, isNew: isNew)
    }

    /// But for the identifiers, which are random there.
    @Test(arguments: ["textvqa", "mmbench"]) func linesAreThoseOfTheRealScripts(name: String) throws {
        let benchmark: any Benchmark =
            name == "textvqa" ? try EvaluationFixture.textVQA() : try EvaluationFixture.mmbench()
        let texts = try EvaluationFixture.texts("\(name)/expected.json", "texts")
        let folder = try TemporaryFolder()
        try write(texts, to: folder, benchmark)
        let expected = String(
            decoding: try FileBytes.of(EvaluationFixture.path("\(name)/answers.jsonl")), as: UTF8.self)
        let pattern = /"answer_id": "([^"]*)"/
        func stripped(_ text: String) -> String { text.replacing(pattern, with: "") }
        let found = String(decoding: try folder.bytes("a.jsonl"), as: UTF8.self)
        #expect(stripped(found).hasSameBytes(as: stripped(expected)))
        let identifiers = found.matches(of: pattern).map { String($0.output.1) }
        #expect(identifiers.count == texts.count && Set(identifiers).count == texts.count)
        for text in [found, expected] {
            for match in text.matches(of: pattern) {
                #expect(match.output.1.count == 22 && match.output.1.allSatisfy(AnswerIdentifier.alphabet.contains))
            }
        }
        // What was read is written again byte for byte.
        for line in try folder.lines("a.jsonl") {
            #expect(try AnswerRecord(line: line.utf8).line.hasSameBytes(as: line + "\n"))
        }
        // The same again, and another model.
        let other = try TemporaryFolder()
        try write(texts, to: other, benchmark)
        #expect(try other.bytes("a.jsonl") == folder.bytes("a.jsonl"))
        try write(texts, to: other, benchmark, model: "other", isNew: true)
        let others = String(decoding: try other.bytes("a.jsonl"), as: UTF8.self)
        #expect(Set(others.matches(of: pattern).map { String($0.output.1) }).isDisjoint(with: identifiers))
    }

    @Test func aFileThatWasCutAnywhereBecomesTheSame() throws {
        let benchmark = try EvaluationFixture.mmbench()
        let texts = try EvaluationFixture.texts("mmbench/expected.json", "texts")
        let folder = try TemporaryFolder()
        try write(texts, to: folder, benchmark)
        let whole = try folder.bytes("a.jsonl")
        for length in stride(from: 0, through: whole.count, by: 397) + [whole.count - 1, whole.count] {
            try folder.write(Array(whole.prefix(length)), as: "a.jsonl")
            let next = try writer(folder, benchmark).next
            #expect(next == whole.prefix(length).count { $0 == 0x0A })
            try write(texts, to: folder, benchmark)
            #expect(try folder.bytes("a.jsonl") == whole)
        }
    }

    /// Later ones wait for those before them.
    @Test func answersMayComeInAnyOrder() throws {
        let benchmark = try EvaluationFixture.textVQA()
        let texts = try EvaluationFixture.texts("textvqa/expected.json", "texts")
        let folder = try TemporaryFolder()
        try write(texts, to: folder, benchmark)
        let whole = try folder.bytes("a.jsonl")
        let writer = try writer(folder, benchmark, isNew: true)
        for position in texts.indices.dropFirst().reversed() {
            try writer.write(.success(texts[position]), at: position)
        }
        #expect(try writer.next == 0 && folder.bytes("a.jsonl").isEmpty)
        try writer.write(.success(texts[0]), at: 0)
        #expect(try writer.next == texts.count && folder.bytes("a.jsonl") == whole)
        // One that has an answer keeps it.
        try writer.write(.success("other"), at: 0)
        #expect(try folder.bytes("a.jsonl") == whole)
    }

    private func writeOneAnswerAndAFailure(to folder: TemporaryFolder, _ benchmark: any Benchmark) throws {
        let writer = try writer(folder, benchmark)
        try writer.write(.success("one"), at: 0)
        do {
            _ = try benchmark.questions[1].image.bytes(in: "/nowhere")
            Issue.record("there is no such image")
        } catch {
            try writer.write(.failure(error), at: 1)
        }
    }

    @Test func aQuestionWithoutAnImageHasAnEmptyAnswerAndAnError() throws {
        let benchmark = try EvaluationFixture.textVQA()
        let folder = try TemporaryFolder()
        try writeOneAnswerAndAFailure(to: folder, benchmark)
        let name = benchmark.questions[1].image.name
        let id = benchmark.questions[1].id.json()
        let line =
            #"{"index": 1, "question_id": \#(id), "image": "\#(name)", "message": "cannot read /nowhere/\#(name): No such file or directory"}"#
        #expect(try folder.lines("errors.jsonl") == [line])
        #expect(try AnswerRecord(line: folder.lines("a.jsonl")[1].utf8).text == "")
        // An error of a question whose answer was not written any more is reported again.
        try folder.write(folder.lines("a.jsonl")[0] + "\n{\"quest", as: "a.jsonl")
        let resumed = try self.writer(folder, benchmark)
        #expect(try resumed.next == 1 && folder.bytes("errors.jsonl").isEmpty)
        #expect(try folder.lines("a.jsonl").count == 1)
    }

    @Test func answersOfAnotherRunAreRefused() throws {
        let benchmark = try EvaluationFixture.textVQA()
        let folder = try TemporaryFolder()
        try write(["a", "b"], to: folder, benchmark)
        let lines = try folder.lines("a.jsonl")
        func refusal(_ model: String = EvaluationFixture.model) -> String {
            message { _ = try writer(folder, benchmark, model: model) }
        }
        #expect(
            refusal("other").contains(
                "a.jsonl: line 1: an answer of the model \(EvaluationFixture.model), expected other"))
        try folder.write(lines.reversed().joined(separator: "\n") + "\n", as: "a.jsonl")
        #expect(refusal().contains("a.jsonl: line 1: an answer to another question than "))
        try folder.write(lines[0] + "\nnonsense\n", as: "a.jsonl")
        #expect(refusal().contains("a.jsonl: line 2: not JSON"))
        try folder.write(lines[0] + "\n", as: "a.jsonl")
        try folder.write("nonsense\n", as: "errors.jsonl")
        #expect(refusal().contains("errors.jsonl: line 1: not JSON"))
        // Nothing was changed.
        #expect(try folder.lines("a.jsonl") == [lines[0]] && folder.lines("errors.jsonl") == ["nonsense"])
        try write(["c"], to: folder, benchmark, isNew: true)
        #expect(try folder.lines("a.jsonl").count == 1 && folder.bytes("errors.jsonl").isEmpty)
        let short = EvaluationSubset(questions: Array(benchmark.questions.prefix(1)))
        try folder.write(lines.joined(separator: "\n") + "\n", as: "a.jsonl")
        #expect(message { _ = try writer(folder, short) }.contains("line 2: there are only 1 questions"))
    }

    private struct EvaluationSubset: Benchmark {
        let questions: [EvaluationQuestion]
        var name: String { "subset" }
        func matched(_ lines: [AnswerLine]) -> MatchedAnswers { .byID(lines, to: questions) }
        func score(_ matched: MatchedAnswers) -> EvaluationScore {
            EvaluationScore(lines: [], verdicts: [], share: nil, tables: [])
        }
    }

    @Test func modelsAreCalledByTheirFolders() {
        #expect(AnswerRecord.modelID(of: "/a/MGM-2B/") == "MGM-2B")
        #expect(AnswerRecord.modelID(of: "/a/MGM-2B/checkpoint-100") == "MGM-2B_checkpoint-100")
        #expect(AnswerRecord.modelID(of: "/checkpoints") == "checkpoints")
    }
}
