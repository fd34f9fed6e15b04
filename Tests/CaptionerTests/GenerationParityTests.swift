import Captioner
import DemoModel
import Foundation
import TestSupport
import Testing

/// Beam search and logits processors against two versions of transformers, on the demo model.
@Suite struct GenerationParityTests {
    /// Every token of every caption; scores within 1e-4, above 1 of themselves.
    @Test(arguments: [GenerationOptions.TransformersVersion.v4, .v5])
    func captionsEqualTransformers(version: GenerationOptions.TransformersVersion) async throws {
        let reference = try GenerationReference(version)
        let captioner = try await Captioner(
            model: DemoModel.checkpoint(), options: CaptionerOptions(batchSize: 16, orientation: .ignore))
        #expect(reference.cases.count >= 30)
        #expect(reference.cases.filter { $0.captions.count >= 200 }.count == 12)
        for example in reference.cases {
            let options = example.generationOptions(version)
            let names = example.captions.keys.sorted()
            let images = names.map { ImageSource.file(Fixtures.pictures.appendingPathComponent($0)) }
            var different: [String] = []
            for try await outcome in captioner.captions(for: images, options: options) {
                let name = names[outcome.index]
                let (found, expected) = (try outcome.captions.get(), example.captions[name] ?? [])
                // A negative length penalty multiplies scores, and their rounding with them.
                let isEqual =
                    found.map(\.tokenIDs) == expected.map(\.tokenIDs)
                    && zip(found, expected).allSatisfy { found, expected in
                        let score = expected.score ?? found.score
                        return abs(found.score - score) <= 1e-4 * max(1, abs(score))
                    }
                if !isEqual { different.append(name) }
            }
            #expect(different.isEmpty, "\(options)")
        }
    }
}

/// `Tests/Fixtures/generation/demo-transformers-4.json` and `-5.json`.
private struct GenerationReference: Decodable {
    let cases: [Case]

    init(_ version: GenerationOptions.TransformersVersion) throws {
        let file = Fixtures.folder.appendingPathComponent("generation/demo-transformers-\(version.rawValue).json")
        self = try JSONDecoder().decode(GenerationReference.self, from: Data(contentsOf: file))
    }

    struct Caption: Decodable {
        let tokenIDs: [Int]
        let score: Float?

        enum CodingKeys: String, CodingKey {
            case tokenIDs = "token_ids"
            case score
        }
    }

    struct Case: Decodable {
        let prompt: String?
        let maxNewTokens: Int
        let options: Options
        let captions: [String: [Caption]]

        enum CodingKeys: String, CodingKey {
            case prompt, options, captions
            case maxNewTokens = "max_new_tokens"
        }

        func generationOptions(_ version: GenerationOptions.TransformersVersion) -> GenerationOptions {
            var result = GenerationOptions(
                maxNewTokens: maxNewTokens, minNewTokens: options.minNewTokens ?? 0, prompt: prompt)
            result.transformersVersion = version
            result.numBeams = options.numBeams ?? 1
            result.lengthPenalty = options.lengthPenalty ?? 1
            result.numReturnSequences = options.numReturnSequences ?? 1
            result.earlyStopping = options.earlyStopping ?? .whenUnlikely
            result.minLength = options.minLength ?? 0
            result.repetitionPenalty = options.repetitionPenalty ?? 1
            result.noRepeatNGramSize = options.noRepeatNGramSize ?? 0
            result.badWords = options.badWords ?? []
            return result
        }
    }

    struct Options: Decodable {
        let numBeams: Int?
        let lengthPenalty: Double?
        let numReturnSequences: Int?
        let earlyStopping: GenerationOptions.EarlyStopping?
        let minNewTokens: Int?
        let minLength: Int?
        let repetitionPenalty: Double?
        let noRepeatNGramSize: Int?
        let badWords: [String]?

        enum CodingKeys: String, CodingKey {
            case numBeams = "num_beams"
            case lengthPenalty = "length_penalty"
            case numReturnSequences = "num_return_sequences"
            case earlyStopping = "early_stopping"
            case minNewTokens = "min_new_tokens"
            case minLength = "min_length"
            case repetitionPenalty = "repetition_penalty"
            case noRepeatNGramSize = "no_repeat_ngram_size"
            case badWords = "bad_words"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            numBeams = try container.decodeIfPresent(Int.self, forKey: .numBeams)
            lengthPenalty = try container.decodeIfPresent(Double.self, forKey: .lengthPenalty)
            numReturnSequences = try container.decodeIfPresent(Int.self, forKey: .numReturnSequences)
            minNewTokens = try container.decodeIfPresent(Int.self, forKey: .minNewTokens)
            minLength = try container.decodeIfPresent(Int.self, forKey: .minLength)
            repetitionPenalty = try container.decodeIfPresent(Double.self, forKey: .repetitionPenalty)
            noRepeatNGramSize = try container.decodeIfPresent(Int.self, forKey: .noRepeatNGramSize)
            badWords = try container.decodeIfPresent([String].self, forKey: .badWords)
            // JSON has `true`, `false` and "never".
            if let flag = try? container.decodeIfPresent(Bool.self, forKey: .earlyStopping) {
                earlyStopping = flag ? .whenFull : .whenUnlikely
            } else {
                earlyStopping = container.contains(.earlyStopping) ? .never : nil
            }
        }
    }
}
