import Captioner
import CaptionerDemoModel
import CaptionerImageProcessing
import Foundation
import TestSupport
import Testing

/// Beam search and logits processors against two versions of transformers, on the demo model.
@Suite(.timeLimit(.minutes(45))) struct GenerationParityTests {
    /// Every token of every caption; scores within 1e-4, above 1 of themselves.
    @Test(arguments: [Captioner.GenerationOptions.TransformersVersion.v4, .v5])
    func captionsEqualTransformers(version: Captioner.GenerationOptions.TransformersVersion) async throws {
        let reference = try GenerationReference(version)
        let captioner = try await Captioner(
            modelFolder: DemoModel.checkpoint(),
            options: Captioner.Options(batchSize: 16, precision: .float32, orientation: .ignore))
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

    init(_ version: Captioner.GenerationOptions.TransformersVersion) throws {
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
        let options: TransformersOptions
        let captions: [String: [Caption]]

        enum CodingKeys: String, CodingKey {
            case prompt, options, captions
            case maxNewTokens = "max_new_tokens"
        }

        func generationOptions(_ version: Captioner.GenerationOptions.TransformersVersion)
            -> Captioner.GenerationOptions
        {
            var result = Captioner.GenerationOptions(maxNewTokens: maxNewTokens, prompt: prompt)
            options.apply(to: &result)
            result.transformersVersion = version
            return result
        }
    }
}
