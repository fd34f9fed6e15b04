import CaptionerJSON
import TestSupport
import Testing

@testable import CaptionerEvaluation

@Suite struct QuestionGroupTests {
    private let questions = ["a", "b", "a", "caf\u{E9}", "cafe\u{301}", "b", "a"].map {
        EvaluationQuestion(
            id: .null, image: .file($0), prompt: "", modelPrompt: "", choice: nil, categories: [],
            group: ExactString($0))
    }

    @Test func questionsAboutAnImageStandTogether() {
        #expect(questions.placesByImage(from: 0, stretch: .max) == [[0, 2, 6], [1, 5], [3], [4]])
        #expect(questions.placesByImage(from: 0, stretch: 3) == [[0, 2], [1], [3], [4], [5], [6]])
        #expect(questions.placesByImage(from: 5, stretch: 100) == [[5], [6]])
        #expect(questions.placesByImage(from: 7, stretch: 1).isEmpty)
    }

    /// A list of images is a question about several; the same list in the same order is the same images.
    @Test func questionsAboutSeveralImages() throws {
        let folder = try TemporaryFolder()
        func read(_ images: [String]) throws -> [EvaluationQuestion] {
            let lines = images.map { #"{"question_id": 1, "image": \#($0), "text": "what?"}"# + "\n" }
            try folder.write(lines.joined(), as: "q.jsonl")
            return try QuestionFile.read(folder.filePath("q.jsonl"))
        }
        let questions = try read([#"["a", "b"]"#, #""a""#, #"["b", "a"]"#, #"["a", "b"]"#, #"["a"]"#])
        #expect(questions.map(\.furtherImages.count) == [1, 0, 1, 1, 0])
        #expect(questions.placesByImage(from: 0, stretch: 10) == [[0, 3], [1, 4], [2]])
        #expect(questions[0].group != questions[1].group)
        for wrong in ["[]", "[3]", #"["a", 3]"#, "{}"] {
            #expect(throws: (any Error).self) { try read([wrong]) }
        }
    }
}
