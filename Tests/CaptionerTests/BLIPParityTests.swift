import Captioner
import Foundation
import SystemPackage
import TestSupport
import Testing

/// BLIP beside what transformers makes of the same checkpoints.
@Suite(.timeLimit(.minutes(20))) struct BLIPParityTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/blip")
    private static let captioners = ["plain", "old"]
    private static let matcher = folder.appending(path: "matching")

    private let expected: ExpectedCaptions

    init() throws {
        expected = try JSONDecoder().decode(
            ExpectedCaptions.self, from: Data(contentsOf: Self.folder.appending(path: "expected.json")))
    }

    private var pictures: [URL] { expected.pictures.map { Fixtures.pictures.appending(path: $0) } }

    private func captioner(
        _ model: URL, precision: Captioner.Precision = .float32, threads: Int = 2, batchSize: Int = 8
    ) async throws -> Captioner {
        var options = Captioner.Options(threadCount: threads, precision: precision)
        options.batchSize = batchSize
        return try await Captioner(modelFolder: model, options: options)
    }

    private func trace(_ model: URL, precision: Captioner.Precision = .float32) async throws -> StoredTensors {
        let run = try #require(expected.captions["plain"]?.runs.first)
        let file = try TemporaryFolder()
        let target = file.url.appending(path: "trace.safetensors")
        try await captioner(model, precision: precision).trace(
            .file(pictures[0]), options: run.generationOptions(.v5)
        ).write(to: target)
        return try StoredTensors(target)
    }

    @Test(arguments: captioners) func stagesAreClose(name: String) async throws {
        let model = Self.folder.appending(path: name)
        let stored = try StoredTensors(Self.folder.appending(path: "\(name).safetensors"))
        let found = try await trace(model)
        #expect(SHA256.hexadecimal(found.floats("pixel_values")) == expected.captions[name]?.pixelsHash)
        let stage = "vision.last_hidden_state"
        expectClose(found, stage, stored, stage, tolerance: 1e-5)
        expectClose(found, "logits", stored, "logits", tolerance: 2e-5)
        #expect(found.integers("token_ids") == stored.integers("token_ids"))
        for (precision, tolerance) in [(Captioner.Precision.bfloat16, Float(0.05)), (.int8, 0.1)] {
            let rounded = try await trace(model, precision: precision)
            expectClose(rounded, stage, stored, stage, tolerance: tolerance)
            #expect(rounded.floats(stage) != found.floats(stage))
        }
    }

    /// Greedy, with prompts, beams, lengths and penalties; in batches and one by one.
    @Test(arguments: captioners + ["questions"]) func captionsAreEqual(name: String) async throws {
        let model = try #require(expected.captions[name])
        let folder = Self.folder.appending(path: name)
        let together = try await captioner(folder)
        let alone = try await captioner(folder, threads: 1, batchSize: 1)
        var texts: Set<String> = []
        for run in model.runs {
            let requests = pictures.map { CaptionRequest(image: .file($0)) }
            let options = run.generationOptions(.v5)
            let found = try await together.captions(requests, options)
            #expect(found.map(\.tokenIDs) == run.tokenIDs, "\(run.options)")
            #expect(found.map(\.text) == run.texts.map { $0.trimmingCharacters(in: .whitespaces) })
            #expect(try await alone.captions(requests, options) == found)
            texts.formUnion(run.texts)
        }
        #expect(texts.count > 6)
    }

    /// Several questions about an image, which is encoded once.
    @Test func questionsTogetherAreAnsweredAsAlone() async throws {
        let model = try #require(expected.captions["questions"])
        let captioner = try await captioner(Self.folder.appending(path: "questions"))
        let runs = model.runs.filter { $0.options.numBeams == nil }
        for (index, picture) in pictures.enumerated() {
            var options = runs[0].generationOptions(.v5)
            options.prompt = nil
            let answers = try await captioner.answers(
                runs.compactMap(\.prompt), about: ImageSource.file(picture).captionRequest, options: options)
            #expect(answers.map(\.tokenIDs) == runs.map { $0.tokenIDs[index] })
        }
        let plain = try await captioner.caption(pictures[0])
        let asked = try await captioner.answer("what is in the picture?", about: pictures[0])
        #expect(plain == asked)
    }

    /// Prompts of different lengths in one batch, and texts that join others.
    @Test func promptsShareABatch() async throws {
        let captioner = try await captioner(Self.folder.appending(path: "plain"))
        let prompts = [nil, "a photo of", "two", nil, "a picture of the cat and the dog", "the"]
        let requests = zip(pictures, prompts).map { CaptionRequest(image: .file($0), prompt: $1) }
        let options = Captioner.GenerationOptions(maxNewTokens: 9)
        let together = try await captioner.captions(requests, options)
        for (request, caption) in zip(requests, together) {
            let alone = try await captioner.captions([request], options)
            #expect(alone == [caption])
            if let prompt = request.prompt { #expect(caption.text.hasPrefix(prompt)) }
        }
        let joined = try await withThrowingTaskGroup(of: (Int, Caption).self) { group in
            for (index, request) in requests.enumerated() {
                group.addTask { (index, try await captioner.caption(request, options: options)) }
            }
            return try await group.reduce(into: [Int: Caption]()) { $0[$1.0] = $1.1 }
        }
        #expect(requests.indices.map { joined[$0] } == together)
    }

    /// A stream's pieces are the caption, its prompt included.
    @Test func streamedTextIsTheCaption() async throws {
        let captioner = try await captioner(Self.folder.appending(path: "plain"))
        for prompt in [nil, "a Photo of the"] {
            var options = Captioner.GenerationOptions(maxNewTokens: 8, prompt: prompt)
            options.transformersVersion = .v5
            var (pieces, text) = ("", "")
            for try await update in captioner.captionUpdates(for: ImageSource.file(pictures[2]), options: options) {
                switch update {
                case .text(let piece, _): pieces += piece
                case .finished(let caption): text = caption.text
                }
            }
            #expect(!text.isEmpty)
            #expect(pieces.trimmingCharacters(in: .whitespaces) == text)
        }
    }

    @Test(arguments: [Captioner.Precision.bfloat16, .int8])
    func packedGivesTheSameCaptions(precision: Captioner.Precision) async throws {
        for name in Self.captioners {
            let folder = try TemporaryFolder()
            let packed = folder.url.appending(path: "packed")
            let model = Self.folder.appending(path: name)
            _ = try await Captioner.pack(modelFolder: model, to: packed, precision: precision)
            let requests = pictures.map { CaptionRequest(image: .file($0)) }
            let options = Captioner.GenerationOptions(maxNewTokens: 9)
            let expected = try await captioner(model, precision: precision).captions(requests, options)
            #expect(try await captioner(packed, precision: precision).captions(requests, options) == expected)
            #expect(expected.count == requests.count)
        }
    }

    @Test func scoresAreThoseOfTheCaption() async throws {
        let captioner = try await captioner(Self.folder.appending(path: "plain"))
        let run = try #require(expected.captions["plain"]?.runs.first)
        let caption = try await captioner.caption(pictures[0], options: run.generationOptions(.v5))
        let score = try await captioner.logLikelihood(
            of: caption.text, for: pictures[0], includesEnd: caption.isComplete)
        #expect(score.tokenIDs == caption.tokenIDs)
        #expect(abs(score.logProbability - caption.logProbability) < 1e-3)
    }

    @Test func matchesAreClose() async throws {
        let stored = try StoredTensors(Self.folder.appending(path: "matching.safetensors"))
        let encoder = try await ImageTextEncoder(
            modelFolder: Self.matcher, options: Captioner.Options(threadCount: 2, precision: .float32))
        #expect(encoder.canMatch)
        let file = try TemporaryFolder()
        let target = file.url.appending(path: "trace.safetensors")
        for picture in expected.pictures.prefix(2) {
            let image = ImageSource.file(Fixtures.pictures.appending(path: picture))
            try await encoder.trace(image, texts: expected.texts).write(to: FilePath(target.path))
            let found = try StoredTensors(target)
            #expect(found.floats("pixel_values") == stored.floats("\(picture)/pixel_values"))
            for name in ["vision.last_hidden_state", "image_embeds", "logits_per_image", "itm_logits"] {
                expectClose(found, name, stored, "\(picture)/\(name)", tolerance: 2e-5)
            }
            expectClose(found, "text_embeds", stored, "text_embeds", tolerance: 2e-5)
            for index in expected.texts.indices {
                #expect(found.integers("input_ids.\(index)") == stored.integers("input_ids.\(index)"))
            }
            let logits = stored.floats("\(picture)/itm_logits")
            let probabilities = try await encoder.matchProbabilities(of: expected.texts, to: image)
            for (index, probability) in probabilities.enumerated() {
                let wanted = 1 / (1 + exp(logits[2 * index] - logits[2 * index + 1]))
                #expect(abs(probability - wanted) < 1e-5)
                let alone = try await encoder.matchProbability(of: expected.texts[index], to: image)
                #expect(alone.bitPattern == probability.bitPattern)
            }
        }
    }

    @Test func clipCannotMatch() async throws {
        let clip = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "EncoderTests/Fixtures/new")
        let encoder = try await ImageTextEncoder(modelFolder: clip, options: Captioner.Options(threadCount: 1))
        #expect(!encoder.canMatch)
        await #expect(throws: CaptionerError.self) {
            _ = try await encoder.matchProbability(of: "a", to: ImageSource.file(pictures[0]))
        }
    }

    /// Each class of BLIP says where it is used.
    @Test func otherClassesAreRefused() async throws {
        await #expect {
            _ = try await captioner(Self.matcher)
        } throws: {
            "\($0)".contains("BLIP for another purpose (architecture BlipForImageTextRetrieval)")
        }
        await #expect(throws: CaptionerError.self) {
            _ = try await ImageTextEncoder(modelFolder: Self.folder.appending(path: "plain"))
        }
    }
}
