import Captioner
import Foundation
import TestSupport
import Testing

/// SmolVLM beside what transformers makes of the same checkpoints, with and without tiles.
@Suite(.timeLimit(.minutes(20))) struct SmolVLMParityTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/smolvlm")
    private static let models = ["tiles", "whole"]

    private let expected: ExpectedCaptions

    init() throws {
        expected = try JSONDecoder().decode(
            ExpectedCaptions.self, from: Data(contentsOf: Self.folder.appending(path: "expected.json")))
    }

    private var requests: [CaptionRequest] {
        expected.pictures.map { CaptionRequest(image: .file(Fixtures.pictures.appending(path: $0))) }
    }

    private func captioner(
        _ model: URL, precision: Captioner.Precision = .float32, threads: Int = 2, batchSize: Int = 8,
        splitsImages: Bool? = nil
    ) async throws -> Captioner {
        var options = Captioner.Options(threadCount: threads, precision: precision)
        options.batchSize = batchSize
        options.splitsImages = splitsImages
        return try await Captioner(modelFolder: model, options: options)
    }

    private func trace(
        _ name: String, precision: Captioner.Precision = .float32, splitsImages: Bool? = nil
    ) async throws -> StoredTensors {
        let run = try #require(expected.captions[name]?.runs.first)
        let file = try TemporaryFolder()
        let target = file.url.appending(path: "trace.safetensors")
        let model = Self.folder.appending(path: name)
        try await captioner(model, precision: precision, splitsImages: splitsImages).trace(
            requests[0].image, options: run.generationOptions(.v5)
        ).write(to: target)
        return try StoredTensors(target)
    }

    @Test(arguments: models) func stagesAreClose(name: String) async throws {
        let stored = try StoredTensors(Self.folder.appending(path: "\(name).safetensors"))
        let found = try await trace(name)
        #expect(SHA256.hexadecimal(found.floats("pixel_values")) == expected.captions[name]?.pixelsHash)
        for stage in ["vision.last_hidden_state", "image_tokens"] {
            expectClose(found, stage, stored, stage, tolerance: 1e-5)
        }
        expectClose(found, "logits", stored, "logits", tolerance: 2e-5)
        #expect(found.integers("token_ids") == stored.integers("token_ids"))
        for (precision, tolerance) in [(Captioner.Precision.bfloat16, Float(0.05)), (.int8, 0.1)] {
            let rounded = try await trace(name, precision: precision)
            expectClose(rounded, "image_tokens", stored, "image_tokens", tolerance: tolerance)
            #expect(rounded.floats("image_tokens") != found.floats("image_tokens"))
        }
    }

    /// In batches and one by one, where more tiles than one batch come together.
    @Test(arguments: models) func answersAreEqual(name: String) async throws {
        let model = try #require(expected.captions[name])
        let folder = Self.folder.appending(path: name)
        let (together, alone) = (
            try await captioner(folder), try await captioner(folder, threads: 1, batchSize: 1)
        )
        for run in model.runs {
            let options = run.generationOptions(.v5)
            let found = try await together.captions(requests, options)
            #expect(found.map(\.tokenIDs) == run.tokenIDs, "\(run.options)")
            #expect(try await alone.captions(requests, options) == found)
        }
        #expect(Set(model.runs.flatMap(\.tokenIDs)).count > 12)
    }

    /// Several questions about an image in tiles, which are encoded once.
    @Test func questionsTogetherAreAnsweredAsAlone() async throws {
        let model = try #require(expected.captions["tiles"])
        let captioner = try await captioner(Self.folder.appending(path: "tiles"))
        let runs = model.runs.filter { $0.options.numBeams == nil && $0.options.repetitionPenalty == nil }.prefix(2)
        for (index, request) in requests.enumerated() {
            let options = Captioner.GenerationOptions(maxNewTokens: runs[0].options.maxNewTokens)
            let answers = try await captioner.answers(runs.compactMap(\.prompt), about: request, options: options)
            #expect(answers.map(\.tokenIDs) == runs.map { $0.tokenIDs[index] })
        }
    }

    /// Questions about several images, which come one after the other before the question.
    @Test(arguments: models) func severalImagesAreAskedAbout(name: String) async throws {
        struct Several: Decodable {
            let question: String
            let pictures: [[String]]
            let tokenIDs: [String: [[Int]]]

            enum CodingKeys: String, CodingKey {
                case question, pictures
                case tokenIDs = "token_ids"
            }
        }
        let several = try JSONDecoder().decode(
            Several.self, from: Data(contentsOf: Self.folder.appending(path: "several.json")))
        let captioner = try await captioner(Self.folder.appending(path: name))
        let expected = try #require(several.tokenIDs[name])
        for (pictures, tokens) in zip(several.pictures, expected) {
            let images = pictures.map { ImageSource.file(Fixtures.pictures.appending(path: $0)) }
            let request = CaptionRequest(image: images[0], furtherImages: Array(images.dropFirst()))
            let options = Captioner.GenerationOptions(maxNewTokens: 10)
            let answer = try await captioner.answer(several.question, about: request, options: options)
            #expect(answer.tokenIDs == tokens)
            // The same beside others in a batch.
            let asked = CaptionRequest(
                image: request.image, furtherImages: request.furtherImages, prompt: several.question)
            let together = try await captioner.captions([requests[0], asked, requests[1]], options)
            #expect(together[1].tokenIDs == tokens)
        }
        #expect(expected.count == 2)
        // Too many are refused, and what is wrong with one names it.
        let many = CaptionRequest(
            image: requests[0].image, furtherImages: [ImageSource](repeating: requests[0].image, count: 900))
        await #expect {
            _ = try await captioner.answer(several.question, about: many)
        } throws: {
            ($0 as? CaptionFailure)?.stage == .prompt
        }
        let broken = CaptionRequest(image: requests[0].image, furtherImages: [.data(Data([1, 2, 3]))])
        await #expect {
            _ = try await captioner.answer(several.question, about: broken)
        } throws: {
            "\($0)".contains("image 2 of 2: ")
        }
        // Each image counts.
        let missing = CaptionRequest(
            image: requests[0].image, furtherImages: [.file(URL(filePath: "/no such picture"))])
        await #expect {
            _ = try await captioner.answer(several.question, about: missing)
        } throws: {
            "\($0)".contains("/no such picture")
        }
    }

    /// A conversation, in which the image belongs to the first question.
    @Test func conversationsGoOn() async throws {
        let captioner = try await captioner(Self.folder.appending(path: "whole"))
        let turns = [ConversationTurn("What is it?", answer: "A cat."), ConversationTurn("Of what color?")]
        let first = try await captioner.answer(turns, about: requests[0])
        let second = try await captioner.answer([ConversationTurn("Of what color?")], about: requests[0])
        #expect(first.tokenIDs != second.tokenIDs)
    }

    @Test func splittingCanBeChosen() async throws {
        let pixels = try await trace("tiles").floats("pixel_values")
        let whole = try await trace("tiles", splitsImages: false).floats("pixel_values")
        let tiles = try await trace("whole", splitsImages: true).floats("pixel_values")
        #expect(pixels.count == tiles.count && pixels.count % whole.count == 0 && pixels.count > whole.count)
        #expect(tiles == pixels)
    }

    @Test(arguments: models, [Captioner.Precision.bfloat16, .int8])
    func packedGivesTheSameAnswers(name: String, precision: Captioner.Precision) async throws {
        let folder = try TemporaryFolder()
        let packed = folder.url.appending(path: "packed")
        let model = Self.folder.appending(path: name)
        _ = try await Captioner.pack(modelFolder: model, to: packed, precision: precision)
        let options = Captioner.GenerationOptions(maxNewTokens: 6)
        let expected = try await captioner(model, precision: precision).captions(requests, options)
        #expect(try await captioner(packed, precision: precision).captions(requests, options) == expected)
        #expect(expected.count == requests.count)
    }
}
