import CaptionerFiles
import CaptionerJSON
import TestSupport
import Testing

@testable import CaptionerEvaluation

@Suite struct TextVQATests {
    @Test func scoresAreThoseOfTheRealScript() async throws {
        let benchmark = try EvaluationFixture.textVQA()
        let matched = try await EvaluationFixture.answers("textvqa/answers.jsonl", to: benchmark)
        #expect(matched.notes == [] && matched.others.isEmpty)
        let score = try benchmark.score(matched)
        let expected = try EvaluationFixture.json("textvqa/expected.json")
        let printed = try #require(expected["printed"]?.text)
        #expect(printed == "answers\n" + score.lines.joined(separator: "\n") + "\n\n")
        let scores = expected["scores"]?.elements?.compactMap(\.double) ?? []
        #expect(score.verdicts.map(\.score) == scores && Set(scores).count > 3)
        #expect(score.tables.map(\.title) == ["category"])
        #expect(score.tables[0].rows.map(\.name) == ["default", "ocr"])
        #expect(score.tables[0].rows.map(\.count).reduce(0, +) == scores.count)
    }

    @Test func modelsAreAskedWhatTheRealScriptAsks() throws {
        let prompts = try EvaluationFixture.texts("textvqa/expected.json", "prompts")
        let asked = try EvaluationFixture.textVQA().questions.map(\.modelPrompt)
        #expect(asked.count == prompts.count && zip(asked, prompts).allSatisfy { $0.hasSameBytes(as: $1) })
    }

    @Test(
        arguments: [
            ("Q?\nReference OCR token: A, B\nAnswer.", "Q?"), ("Reference OCR token: A\nQ?\nAnswer.", "Q?"),
            ("Q?\nAnswer.", "Q?"), ("OCR tokens: a. Question: Q?\nR Short answer:", "Q?\nR"),
            ("OCR tokens: Question:  Short answer: Question: x Short answer:", ""),
            ("OCR tokens: Short answer: Question: x", nil), ("Q?", nil), ("Q?\nOCR: A\nAnswer.", nil),
            ("Q?\nReference OCR token: A\nB\nAnswer.", nil), ("", nil),
        ] as [(String, String?)])
    func questionsAreFoundInPrompts(prompt: String, question: String?) {
        #expect(TextVQAPrompt.question(in: prompt) == question)
    }

    private static let question = #"{"question_id": "a", "image": "a.png", "text": "Q?\nAnswer."}"#
    private static let annotation =
        #"{"image_id": "a", "question": "q?", "answers": ["1", "1", "1", "1", "1", "1", "1", "1", "1", "1"]}"#

    @Test(
        arguments: [
            ("[1]", "line 2: not JSON: expected an object, found an array"), ("{", "line 2: not JSON"),
            (#"{"image": "a", "text": "b"}"#, "line 2: not JSON: no question_id"),
            (#"{"question_id": 1, "image": 2, "text": "b"}"#, "expected a text in image, found 2"),
            (#"{"question_id": 1, "image": "a"}"#, "expected a text in text, found none"),
            (#"{"question_id": 1, "image": "a", "text": "\ud800"}"#, "half of a surrogate pair"),
        ])
    func badQuestionsAreErrors(line: String, cause: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.question + "\n" + line + "\n", as: "q.jsonl")
        let text = message { _ = try QuestionFile.read(folder.filePath("q.jsonl")) }
        #expect(text.contains("q.jsonl") && text.contains(cause), "\(text)")
    }

    @Test(
        arguments: [
            ("[]", "expected an array in data"), (#"{"data": [1]}"#, "element 0 of data: no image_id"),
            (#"{"data": [{"image_id": "a", "question": "b"}]}"#, "element 0 of data: no answers"),
            (
                #"{"data": [{"image_id": "a", "question": "b", "answers": ["1", 2]}]}"#,
                "1 texts in answers, expected 10"
            ),
            ("{", "not JSON"),
        ])
    func badAnnotationsAreErrors(document: String, cause: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(document, as: "a.json")
        let text = message { _ = try TextVQAAnnotations(folder.filePath("a.json")) }
        #expect(text.contains("a.json") && text.contains(cause), "\(text)")
    }

    /// The annotation's question may be in capitals; one that is missing is named.
    @Test func answeredQuestionsNeedAnAnnotation() throws {
        let folder = try TemporaryFolder()
        let other = #"{"question_id": "b", "image": "a.png", "text": "Q?\nAnswer."}"#
        try folder.write(Self.question + "\n" + other, as: "q.jsonl")
        try folder.write("{\"data\": [\(Self.annotation)]}", as: "a.json")
        let benchmark = try TextVQABenchmark(
            questions: folder.filePath("q.jsonl"), annotations: folder.filePath("a.json"))
        func line(_ id: String) throws -> AnswerLine {
            let record = AnswerRecord(
                questionID: .string(id), prompt: "Q?\nAnswer.", text: "1.", choice: nil, answerID: "", modelID: "m")
            return AnswerLine(record: record, number: 1, bytes: Array(record.line.utf8))
        }
        let score = try benchmark.score(benchmark.matched([line("a")]))
        #expect(score.lines == ["Samples: 1", "Accuracy: 100.00%"])
        #expect(benchmark.matched([try line("a")]).notes == ["1 of 2 questions have no answer"])
        let text = message { _ = try benchmark.score(benchmark.matched([line("a"), line("b")])) }
        #expect(text.contains("a.json") && text.contains(#"1 of 2 answered questions, the first with question_id "b""#))
    }

    /// Ids repeat, and so may whole questions: each takes the next answer, and what is left over is reported.
    @Test func repeatedQuestionsTakeAnswersInOrder() throws {
        let folder = try TemporaryFolder()
        try folder.write([Self.question, Self.question].joined(separator: "\n"), as: "q.jsonl")
        let questions = try QuestionFile.read(folder.filePath("q.jsonl"))
        let lines = ["1", "2", "3"].enumerated().map { place, text in
            AnswerLine(
                record: AnswerRecord(
                    questionID: .string("a"), prompt: "Q?\nAnswer.", text: text, choice: nil, answerID: "", modelID: ""),
                number: place + 1, bytes: [])
        }
        let matched = MatchedAnswers.byPrompt(lines, to: questions)
        #expect(matched.answers.map { $0?.record.text } == ["1", "2"])
        #expect(matched.others.map(\.record.text) == ["3"])
        #expect(matched.notes == ["1 answers are to no question that has none yet, and left out, the first in line 3"])
    }
}
