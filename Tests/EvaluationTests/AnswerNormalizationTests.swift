import CaptionerJSON
import Testing

@testable import CaptionerEvaluation

@Suite struct AnswerNormalizationTests {
    @Test func answersBecomeWhatTheOriginalMakesOfThem() throws {
        let pairs = try #require(EvaluationFixture.json("normalization.json").elements)
        #expect(pairs.count > 400)
        for pair in pairs {
            let texts = pair.elements?.compactMap(\.text) ?? []
            #expect(texts.count == 2)
            #expect(AnswerNormalization.normalized(texts[0]).hasSameBytes(as: texts[1]), "\(texts)")
        }
    }

    @Test func theTableOfContractionsIsWhole() {
        #expect(Contractions.table.count == 120)
        #expect(Contractions.table["y'allll"] == "y'all'll")
        // The text is in lower case by then.
        #expect(AnswerNormalization.normalized("Im") == "im")
    }

    /// A third for each of the other nine, at most 1, in the mean over ten.
    @Test func scoresFollowTheNumberOfPeople() {
        let answers = [
            "nokia x5", "nokia 3310", "nokia 3310", "phone", "Nokia.", "a nokia", "nokia", "nokia", "x", "y",
        ]
        func score(_ text: String) -> Double { (TextVQABenchmark.score(of: text, answers) * 1000).rounded() / 1000 }
        #expect(score("NOKIA") == 1)
        #expect(score("Nokia 3310.") == 0.6)
        #expect(score("phone") == 0.3)
        #expect(score("nothing") == 0)
        let three = ["b", "b", "b"] + Array(repeating: "c", count: 7)
        #expect((TextVQABenchmark.score(of: "b", three) * 1000).rounded() == 900)
        // Empty equals empty.
        #expect(TextVQABenchmark.score(of: "the", Array(repeating: "a", count: 10)) == 1)
    }
}
