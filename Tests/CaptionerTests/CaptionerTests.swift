import Captioner
import CaptionerDemoModel
import CaptionerImageProcessing
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(45))) struct CaptionerTests {
    private let pictures = [
        "easy-vqa-000.png", "easy-vqa-001.png", "easy-vqa-002.png", "scene-000.jpg", "scene-001.jpg",
    ]
    .map { Fixtures.pictures.appendingPathComponent($0) }

    /// A file, its bytes and its pixels are the same image.
    @Test func allFormsOfAnImageGetTheSameCaption() async throws {
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint())
        let caption = try await captioner.caption(pictures[0])
        #expect(!caption.text.isEmpty)
        #expect(caption.score < 0)
        let data = try Data(contentsOf: pictures[0])
        #expect(try await captioner.caption(data) == caption)
        #expect(try await captioner.caption(ImageDecoder().decode(data)) == caption)
    }

    /// Outcomes come in the order of the images; a bad image is one of them, and its neighbours do not notice.
    @Test(arguments: [1, 2, 3, 8])
    func badImagesAreOutcomes(batchSize: Int) async throws {
        let captioner = try await Captioner(
            modelFolder: DemoModel.checkpoint(), options: Captioner.Options(threadCount: 2, batchSize: batchSize))
        let missing = URL(fileURLWithPath: "/no/such/picture.jpg")
        let images: [ImageSource] = [
            .file(pictures[0]), .file(missing), .file(pictures[3]), .data(Data("hello".utf8)), .data(Data()),
            .file(pictures[1]),
        ]
        var outcomes: [CaptionOutcome] = []
        for try await outcome in captioner.captions(for: images) { outcomes.append(outcome) }
        #expect(outcomes.map(\.index) == [0, 1, 2, 3, 4, 5])
        for (index, picture) in [(0, pictures[0]), (2, pictures[3]), (5, pictures[1])] {
            let alone = try await captioner.caption(picture)
            #expect(try outcomes[index].result.get().tokenIDs == alone.tokenIDs)
        }
        let failures = outcomes.compactMap { outcome -> CaptionFailure? in
            if case .failure(let failure) = outcome.result { failure } else { nil }
        }
        #expect(failures.map(\.stage) == [.read, .decode, .decode])
        #expect(failures[0].message.contains("/no/such/picture.jpg"))
    }

    @Test func asynchronousSequencesAreCaptionedToo() async throws {
        let captioner = try await Captioner(
            modelFolder: DemoModel.checkpoint(), options: Captioner.Options(batchSize: 2))
        let (stream, continuation) = AsyncThrowingStream<ImageSource, any Error>.makeStream()
        for picture in pictures { continuation.yield(.file(picture)) }
        continuation.finish(throwing: CocoaError(.fileReadUnknown))
        var texts: [String] = []
        // What went wrong upstream is thrown after the captions of the images before it.
        await #expect(throws: CocoaError.self) {
            for try await outcome in captioner.captions(for: stream) { texts.append(try outcome.result.get().text) }
        }
        var expected: [String] = []
        for picture in pictures { expected.append(try await captioner.caption(picture).text) }
        #expect(texts == expected)
    }

    /// Closures of a lazy sequence may belong to the caller's actor, and are called there.
    @MainActor @Test func lazySequencesOfAnActorAreCaptioned() async throws {
        let captioner = try await Captioner(
            modelFolder: DemoModel.checkpoint(), options: Captioner.Options(batchSize: 2))
        var count = 0
        for try await outcome in captioner.captions(for: pictures) {
            #expect(try !outcome.result.get().text.isEmpty)
            count += 1
        }
        #expect(count == pictures.count)
    }

    @Test func failuresNameTheFile() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("", as: "empty.jpg")
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint())
        let error = await #expect(throws: CaptionFailure.self) { try await captioner.caption(file) }
        #expect(error?.path == file.path)
        #expect(error.map { "\($0)" } == "\(file.path): \(error?.message ?? "")")
        #expect(error?.localizedDescription == error?.description)
    }

    @Test func cancelledTasksStop() async throws {
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint())
        let picture = pictures[0]
        let task = Task {
            var count = 0
            for try await _ in captioner.captions(for: (0..<1_000_000).lazy.map { _ in picture }) {
                count += 1
            }
            return count
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        // The captioner is as good as before.
        #expect(try await !captioner.caption(picture).text.isEmpty)
    }

    /// Tasks that share a captioner get the captions that they would get alone.
    @Test func tasksMayShareACaptioner() async throws {
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint())
        var expected: [Caption] = []
        for picture in pictures { expected.append(try await captioner.caption(picture)) }
        let found = try await withThrowingTaskGroup(of: (Int, Caption).self) { group in
            for (index, picture) in pictures.enumerated() {
                group.addTask { (index, try await captioner.caption(picture)) }
            }
            var found = expected
            for try await (index, caption) in group { found[index] = caption }
            return found
        }
        #expect(found == expected)
    }

    @Test func optionsThatMakeNoSenseAreErrors() async throws {
        await #expect(throws: CaptionerError.self) {
            try await Captioner(modelFolder: DemoModel.checkpoint(), options: Captioner.Options(threadCount: 0))
        }
        await #expect(throws: CaptionerError.self) {
            try await Captioner(modelFolder: DemoModel.checkpoint(), options: Captioner.Options(batchSize: 0))
        }
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint())
        for options in [
            Captioner.GenerationOptions(maxNewTokens: 0), Captioner.GenerationOptions(maxNewTokens: 3, minNewTokens: 4),
        ] {
            await #expect(throws: CaptionerError.self) { try await captioner.caption(pictures[0], options: options) }
        }
    }

    @Test func aPromptThatDoesNotFitIsAnError() async throws {
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint())
        let options = Captioner.GenerationOptions(prompt: String(repeating: "what is this? ", count: 200))
        let error = await #expect(throws: CaptionerError.self) {
            try await captioner.caption(pictures[0], options: options)
        }
        #expect("\(String(describing: error))".contains("the prompt is too long"))
    }

    @Test func noLimitMeansUntilTheContextIsFull() async throws {
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint())
        let unlimited = Captioner.GenerationOptions(maxNewTokens: .max)
        #expect(try await captioner.caption(pictures[0], options: unlimited).isComplete)
        let endless = Captioner.GenerationOptions(maxNewTokens: .max, minNewTokens: .max)
        let caption = try await captioner.caption(pictures[0], options: endless)
        // 192 positions, of which the image takes 8 and the begin token 1. The last token needs none.
        #expect(caption.tokenIDs.count == 192 - 9 + 1)
        #expect(!caption.isComplete)
    }

    @Test func addressesThatAreNoFilesAreNotRead() async throws {
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint())
        let address = try #require(URL(string: "https://example.com\(pictures[0].path)"))
        let error = await #expect(throws: CaptionFailure.self) { try await captioner.caption(address) }
        #expect(error?.stage == .read)
    }

    /// transformers generates with the inner language model, which does not see `generation_config.json`.
    @Test func generationConfigurationChangesNothing() async throws {
        let folder = try TemporaryFolder()
        let model = try folder.copy(DemoModel.checkpoint(), as: "model")
        let expected = try await Captioner(modelFolder: model).caption(pictures[0])
        try folder.write(#"{"eos_token_id": 5, "max_new_tokens": 1}"#, as: "model/generation_config.json")
        #expect(try await Captioner(modelFolder: model).caption(pictures[0]) == expected)
    }

    /// Without a prompt a text begins with `bos_token_id` of `config.json`, whatever the tokenizer would put first.
    @Test func withoutAPromptTheTokenizerIsNotAsked() async throws {
        let folder = try TemporaryFolder()
        let model = try folder.copy(DemoModel.checkpoint(), as: "model")
        let expected = try await Captioner(modelFolder: model).caption(pictures[0])
        let tokenizer = model.appendingPathComponent("tokenizer.json")
        var fields = try #require(
            JSONSerialization.jsonObject(with: Data(contentsOf: tokenizer)) as? [String: Any])
        fields["post_processor"] = NSNull()
        try JSONSerialization.data(withJSONObject: fields).write(to: tokenizer)
        #expect(try await Captioner(modelFolder: model).caption(pictures[0]) == expected)
    }
}
