import CaptionerJSON
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
}
