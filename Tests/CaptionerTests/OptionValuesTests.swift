import Captioner
import Foundation
import Testing

/// Options and results as values: JSON, presets, errors.
struct OptionValuesTests {
    typealias Options = Captioner.GenerationOptions

    @Test func optionsHaveTransformersNames() throws {
        let text = """
            {"max_new_tokens": 20, "num_beams": 5, "early_stopping": true, "length_penalty": -1.0, "no_repeat_ngram_size": 3,
             "do_sample": false, "temperature": 0.7, "top_k": 10, "top_p": 0.9, "min_p": 0.05, "repetition_penalty": 1.5,
             "num_return_sequences": 2, "min_length": 8, "bos_token_id": 2, "_from_model_config": true}
            """
        let options = try JSONDecoder().decode(Options.self, from: Data(text.utf8))
        var expected = Options(maxNewTokens: 20)
        expected.numBeams = 5
        expected.earlyStopping = .whenFull
        expected.lengthPenalty = -1
        expected.noRepeatNGramSize = 3
        expected.temperature = 0.7
        expected.topK = 10
        expected.topP = 0.9
        expected.minP = 0.05
        expected.repetitionPenalty = 1.5
        expected.numReturnSequences = 2
        expected.minLength = 8
        #expect(options == expected)
        #expect(try JSONDecoder().decode(Options.self, from: Data("{}".utf8)) == Options())
    }

    /// Every option survives, and is written under one of the names.
    @Test func optionsSurviveJSON() throws {
        var options = Options(maxNewTokens: 7, minNewTokens: 2, prompt: "a photo of")
        options.minLength = 3
        options.doSample = true
        options.seed = .max
        options.temperature = 0.5
        options.topK = 3
        options.topP = 0.25
        options.minP = 0.125
        options.repetitionPenalty = 2
        options.noRepeatNGramSize = 4
        options.badWords = ["cat", "e\u{301}"]
        options.numBeams = 6
        options.lengthPenalty = 0.5
        options.earlyStopping = .never
        options.numReturnSequences = 3
        options.transformersVersion = .v5
        options.echoesPrompt = false
        options.cleansUpSpaces = true
        options.trimsText = false
        let data = try JSONEncoder().encode(options)
        #expect(try JSONDecoder().decode(Options.self, from: data) == options)
        let names = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any]).keys
        #expect(names.sorted() == Options.codingNames.sorted())
        // As many as there are properties, so that none was forgotten.
        #expect(Mirror(reflecting: options).children.count == Options.codingNames.count)
    }

    @Test(arguments: [("true", Options.EarlyStopping.whenFull), ("false", .whenUnlikely), ("\"never\"", .never)])
    func earlyStoppingIsABoolOrNever(_ text: String, _ value: Options.EarlyStopping) throws {
        #expect(try JSONDecoder().decode(Options.EarlyStopping.self, from: Data(text.utf8)) == value)
        #expect(String(decoding: try JSONEncoder().encode(value), as: UTF8.self) == text)
    }

    @Test(arguments: ["1", "\"true\"", "null", "\"often\""])
    func otherEarlyStoppingIsRefused(_ text: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Options.EarlyStopping.self, from: Data(text.utf8))
        }
    }

    @Test func presets() throws {
        let beams = Options.beams(5, captionCount: 3)
        #expect(beams.numBeams == 5 && beams.numReturnSequences == 3 && !beams.doSample)
        let sampling = Options.sampling(captionCount: 4, seed: 7, temperature: 0.5, topK: 0, topP: 0.9)
        #expect(sampling.doSample && sampling.numBeams == 1 && sampling.numReturnSequences == 4 && sampling.seed == 7)
        #expect(sampling.temperature == 0.5 && sampling.topK == 0 && sampling.topP == 0.9)
        try beams.validate()
        try sampling.validate()
    }

    @Test func errorsSayWhatTheyAreAbout() {
        let option = #expect(throws: CaptionerError.self) { try Options.beams(0).validate() }
        #expect(option?.code == .invalidOption && option?.option == "numBeams" && option?.path == nil)
        #expect(option?.description == "numBeams is 0, expected 1...256")
        let output = CaptionerError.unusableOutput(file: "a/b", cause: "no space")
        #expect(output.description == "cannot write a/b: no space" && output.localizedDescription == output.description)
        // A code of a later version.
        let later = CaptionerError(code: CaptionerError.Code(rawValue: "melted"), message: "too hot", path: "cpu")
        #expect(later.description == "cpu: too hot")
    }

    @Test func resultsSurviveJSON() throws {
        let caption = Caption(
            text: "a cat", tokenIDs: [1, 2], logProbability: -1.5, score: -0.75, isComplete: false, note: "cut")
        #expect(try JSONDecoder().decode(Caption.self, from: JSONEncoder().encode(caption)) == caption)
        let failure = CaptionFailure(stage: .decode, message: "broken", path: "a.jpg")
        #expect(try JSONDecoder().decode(CaptionFailure.self, from: JSONEncoder().encode(failure)) == failure)
        let score = TextScore(tokenIDs: [3], tokenLogProbabilities: [-0.5])
        #expect(try JSONDecoder().decode(TextScore.self, from: JSONEncoder().encode(score)) == score)
        let outcome = CaptionOutcome(index: 0, source: .data(Data()), captions: .success([]))
        #expect(throws: CaptionFailure.self) { try outcome.result.get() }
    }
}
