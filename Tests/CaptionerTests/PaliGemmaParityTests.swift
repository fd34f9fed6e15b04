import Captioner
import Foundation
import TestSupport
import Testing

/// PaliGemma beside what transformers makes of the same checkpoints.
@Suite(.timeLimit(.minutes(20))) struct PaliGemmaParityTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/paligemma")
    private static let models = ["hub", "saved", "second"]

    private let expected: ExpectedCaptions

    init() throws {
        expected = try JSONDecoder().decode(
            ExpectedCaptions.self, from: Data(contentsOf: Self.folder.appending(path: "expected.json")))
    }

    private var requests: [CaptionRequest] {
        expected.pictures.map { CaptionRequest(image: .file(Fixtures.pictures.appending(path: $0))) }
    }

    private func captioner(
        _ model: URL, precision: Captioner.Precision = .float32, threads: Int = 2, batchSize: Int = 8
    ) async throws -> Captioner {
        var options = Captioner.Options(threadCount: threads, precision: precision)
        options.batchSize = batchSize
        return try await Captioner(modelFolder: model, options: options)
    }

    private func trace(_ name: String, precision: Captioner.Precision = .float32) async throws -> StoredTensors {
        let run = try #require(expected.captions[name]?.runs.first)
        let file = try TemporaryFolder()
        let target = file.url.appending(path: "trace.safetensors")
        let model = Self.folder.appending(path: name)
        try await captioner(model, precision: precision).trace(
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

    /// Tasks of different lengths share a batch, whose positions see each other in both directions.
    @Test func tasksShareABatch() async throws {
        let captioner = try await captioner(Self.folder.appending(path: "hub"))
        let model = try #require(expected.captions["hub"])
        let runs = model.runs.filter { $0.options.numBeams == nil && $0.options.repetitionPenalty == nil }
        let options = Captioner.GenerationOptions(maxNewTokens: runs[0].options.maxNewTokens)
        let mixed = requests.enumerated().map { index, request in
            CaptionRequest(image: request.image, prompt: runs[index % 2].prompt)
        }
        let found = try await captioner.captions(mixed, options)
        #expect(found.map(\.tokenIDs) == mixed.indices.map { runs[$0 % 2].tokenIDs[$0] })
    }

    /// Questions are written as tasks, and each has the image before it.
    @Test func questionsTogetherAreAnsweredAsAlone() async throws {
        let captioner = try await captioner(Self.folder.appending(path: "hub"))
        let questions = ["where is the cat?", "what is it", "how many  dogs are there"]
        let together = try await captioner.answers(questions, about: requests[0])
        for (question, answer) in zip(questions, together) {
            let alone = try await captioner.answer(question, about: requests[0])
            let task = try await captioner.caption(
                CaptionRequest(image: requests[0].image, prompt: "answer en \(question)"))
            #expect(alone == answer && task == answer)
        }
        // A task that names the image at its beginning is the same as one that does not, and two images are refused.
        let named = try await captioner.caption(
            CaptionRequest(image: requests[0].image, prompt: "<image>answer en \(questions[1])"))
        #expect(named == together[1])
        await #expect(throws: CaptionFailure.self) {
            _ = try await captioner.caption(CaptionRequest(image: requests[0].image, prompt: "<image> and <image>"))
        }
        // Without a prompt the task is a caption in English.
        let plain = try await captioner.caption(requests[1].image)
        let asked = try await captioner.caption(CaptionRequest(image: requests[1].image, prompt: "caption en"))
        #expect(plain == asked)
    }

    /// What Gemma 2's configuration may say, and what not.
    @Test(arguments: [
        ("\"attn_logit_softcapping\": 3.0", "\"attn_logit_softcapping\": 0", "attn_logit_softcapping"),
        ("\"final_logit_softcapping\": 5.0", "\"final_logit_softcapping\": 1e-40", "final_logit_softcapping"),
        ("\"query_pre_attn_scalar\": 13", "\"query_pre_attn_scalar\": -1", "query_pre_attn_scalar"),
        ("\"sliding_window\": 4096", "\"sliding_window\": 9", "sliding_window"),
        ("\"attn_logit_softcapping\": 3.0", "\"attn_logit_softcapping\": null", nil),
        ("\"final_logit_softcapping\": 5.0", "\"final_logit_softcapping\": null", nil),
    ]) func secondGenerationIsConfigured(value: String, other: String, cause: String?) async throws {
        let folder = try TemporaryFolder()
        let copy = folder.url.appending(path: "copy")
        try FileManager.default.copyItem(at: Self.folder.appending(path: "second"), to: copy)
        let file = copy.appending(path: "config.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(text.contains(value))
        try text.replacing(value, with: other).write(to: file, atomically: true, encoding: .utf8)
        guard let cause else {
            let found = try await captioner(copy).caption(requests[0])
            let limited = try await captioner(Self.folder.appending(path: "second")).caption(requests[0])
            #expect(found.logProbability != limited.logProbability)
            return
        }
        await #expect {
            _ = try await captioner(copy)
        } throws: {
            "\($0)".contains(cause)
        }
    }

    /// Several images are for other models.
    @Test func oneImageIsTaken() async throws {
        let request = CaptionRequest(image: requests[0].image, furtherImages: [requests[1].image])
        await #expect {
            _ = try await captioner(Self.folder.appending(path: "hub")).caption(request)
        } throws: {
            "\($0)".contains("there are 2 images, and this model takes one")
        }
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
