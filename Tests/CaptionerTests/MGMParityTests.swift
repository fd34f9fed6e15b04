import Captioner
import Foundation
import TestSupport
import Testing

/// MGM beside what its own code makes of the same checkpoints.
@Suite(.timeLimit(.minutes(20))) struct MGMParityTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/mgm")
    private static let models = ["plain", "other-towers", "cropped"]

    private struct Answers: Decodable {
        struct Answer: Decodable {
            let picture: String
            let question: String
            let tokenIDs: [Int]
            let beams: [Int]

            enum CodingKeys: String, CodingKey {
                case picture, question, beams
                case tokenIDs = "token_ids"
            }
        }

        let tokens: Int
        /// Of the prepared image's floats.
        let imageHashes: [String: String]
        let answers: [String: [Answer]]

        enum CodingKeys: String, CodingKey {
            case tokens, answers
            case imageHashes = "aux_image_sha256"
        }
    }

    private let answers: Answers

    init() throws {
        answers = try JSONDecoder().decode(
            Answers.self, from: Data(contentsOf: Self.folder.appending(path: "answers.json")))
    }

    private func model(_ name: String) -> URL { Self.folder.appending(path: "\(name)/mgm-2b") }

    private func captioner(
        _ model: URL, precision: Captioner.Precision = .float32, threads: Int = 2, batchSize: Int = 8,
        towers: Captioner.Towers = Captioner.Towers()
    ) async throws -> Captioner {
        var options = Captioner.Options(threadCount: threads, precision: precision)
        options.batchSize = batchSize
        options.towers = towers
        return try await Captioner(modelFolder: model, options: options)
    }

    private func requests(_ name: String) -> [CaptionRequest] {
        (answers.answers[name] ?? []).map {
            CaptionRequest(image: .file(Fixtures.pictures.appending(path: $0.picture)), prompt: $0.question)
        }
    }

    private func captions(_ captioner: Captioner, _ requests: [CaptionRequest], beams: Int = 1) async throws
        -> [Caption]
    {
        var options = Captioner.GenerationOptions(maxNewTokens: answers.tokens)
        options.numBeams = beams
        var result: [Int: Caption] = [:]
        for try await outcome in captioner.captions(for: requests, options: options) {
            result[outcome.index] = try outcome.result.get()
        }
        return requests.indices.compactMap { result[$0] }
    }

    private func trace(_ name: String, _ captioner: Captioner) async throws -> StoredTensors {
        let first = try #require(requests(name).first)
        let file = try TemporaryFolder()
        let target = file.url.appending(path: "trace.safetensors")
        try await captioner.trace(
            first.image, options: Captioner.GenerationOptions(maxNewTokens: answers.tokens, prompt: first.prompt)
        ).write(to: target)
        return try StoredTensors(target)
    }

    @Test(arguments: models) func stagesAreClose(name: String) async throws {
        let expected = try StoredTensors(Self.folder.appending(path: "\(name).safetensors"))
        let found = try await trace(name, captioner(model(name)))
        #expect(SHA256.hexadecimal(found.floats("aux_image")) == answers.imageHashes[name])
        for stage in [
            "low_image", "clip_features", "convnext_features", "mined", "image_tokens", "logits",
        ] {
            expectClose(found, stage, expected, stage, tolerance: 1e-5)
        }
        #expect(found.integers("token_ids") == expected.integers("token_ids"))
        for (precision, tolerance) in [(Captioner.Precision.bfloat16, Float(0.1)), (.int8, 0.2)] {
            let rounded = try await trace(name, captioner(model(name), precision: precision))
            expectClose(rounded, "image_tokens", expected, "image_tokens", tolerance: tolerance)
            #expect(rounded.floats("image_tokens") != found.floats("image_tokens"))
        }
    }

    /// Several questions about two images, greedy and with three beams, in batches and one by one.
    @Test(arguments: models, [1, 3]) func tokensAreEqual(name: String, beams: Int) async throws {
        let expected = try #require(answers.answers[name])
        let tokens = expected.map { beams == 1 ? $0.tokenIDs : $0.beams }
        var results: [[Caption]] = []
        for (threads, batchSize) in [(2, 8), (1, 1), (3, 3)] {
            let captioner = try await captioner(model(name), threads: threads, batchSize: batchSize)
            results.append(try await captions(captioner, requests(name), beams: beams))
        }
        #expect(results[0].map { withoutEnd($0.tokenIDs) } == tokens.map(withoutEnd))
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
        #expect(Set(tokens).count > 4)
        #expect(results[0].map(\.logProbability.bitPattern) == results[1].map(\.logProbability.bitPattern))
    }

    private func withoutEnd(_ ids: [Int]) -> [Int] { ids.filter { $0 > 2 } }

    @Test(arguments: models) func questionsTogetherAreAnsweredAsAlone(name: String) async throws {
        let captioner = try await captioner(model(name))
        let all = try await captions(captioner, requests(name))
        for (index, request) in requests(name).enumerated() {
            let alone = try await captions(captioner, [request])
            #expect(alone.first?.tokenIDs == all[index].tokenIDs)
            #expect(alone.first?.logProbability.bitPattern == all[index].logProbability.bitPattern)
        }
    }

    @Test(arguments: models, [Captioner.Precision.bfloat16, .int8])
    func packedNeedsNoTowers(name: String, precision: Captioner.Precision) async throws {
        let folder = try TemporaryFolder()
        let packed = folder.url.appending(path: "packed")
        _ = try await Captioner.pack(modelFolder: model(name), to: packed, precision: precision)
        let expected = try await captions(captioner(model(name), precision: precision), requests(name))
        let found = try await captions(captioner(packed, precision: precision), requests(name))
        #expect(found == expected)
        #expect(found.count == requests(name).count)
    }

    @Test func chosenTowersCount() async throws {
        let name = "other-towers"
        var towers = Captioner.Towers()
        towers.weights = .checkpoint
        let folders = try await trace(name, captioner(model(name)))
        let copies = try await trace(name, captioner(model(name), towers: towers))
        // CLIP is the checkpoint's either way.
        #expect(copies.floats("clip_features") == folders.floats("clip_features"))
        #expect(copies.floats("convnext_features") != folders.floats("convnext_features"))
    }

    @Test func activationsDiffer() async throws {
        var exact = Captioner.Towers()
        exact.decoderActivation = .gelu
        var approximate = exact
        approximate.decoderActivation = .tanhGELU
        let plain = try await trace("plain", captioner(model("plain"))).floats("logits")
        #expect(try await trace("plain", captioner(model("plain"), towers: exact)).floats("logits") == plain)
        #expect(try await trace("plain", captioner(model("plain"), towers: approximate)).floats("logits") != plain)
    }

    @Test func missingTowerIsNamed() async throws {
        let folder = try TemporaryFolder()
        let copy = folder.url.appending(path: "alone")
        try FileManager.default.copyItem(at: model("plain"), to: copy)
        await #expect {
            _ = try await captioner(copy)
        } throws: { error in
            let text = "\(error)"
            return text.contains("OpenAI/clip-vit-large-patch14-336") && text.contains("--towers")
                && text.contains("--tower-weights checkpoint")
        }
        var towers = Captioner.Towers()
        towers.folder = Self.folder.appending(path: "plain")
        let found = try await captions(captioner(copy, towers: towers), requests("plain"))
        #expect(found.map { withoutEnd($0.tokenIDs) } == answers.answers["plain"]?.map { withoutEnd($0.tokenIDs) })
    }

    @Test func towersOfAnotherSizeAreRefused() async throws {
        var towers = Captioner.Towers()
        towers.folder = Self.folder.appending(path: "other-towers")
        let folder = try TemporaryFolder()
        let copy = folder.url.appending(path: "alone")
        try FileManager.default.copyItem(at: model("plain"), to: copy)
        await #expect(throws: CaptionerError.self) { _ = try await captioner(copy, towers: towers) }
    }
}
