import Captioner
import CaptionerImageProcessing
import Foundation
import TestSupport
import Testing

/// The engine against transformers: random checkpoints, which together cover what checkpoints differ in, and the demo
/// model.
@Suite(.timeLimit(.minutes(45))) struct ParityTests {
    static let models = [
        "old-f32-sharded", "new-f32", "new-f16-sharded", "old-bf16", "v5-bf16", "wide-heads-bf16", "demo",
    ]

    /// Every token of every caption, in batches and one by one, with and without prompts.
    @Test(arguments: models, [8, 1])
    func captionsAreEqual(model: String, batchSize: Int) async throws {
        let reference = try ParityReference(model)
        let captioner = try await Captioner(
            modelFolder: reference.model,
            options: Captioner.Options(batchSize: batchSize, precision: .float32, orientation: .ignore))
        for run in reference.runs {
            let options = Captioner.GenerationOptions(
                maxNewTokens: run.maxNewTokens, minNewTokens: run.minNewTokens, prompt: run.prompt)
            #expect(try captioner.promptTokens(run.prompt) == run.promptIDs)
            let images = run.captions.map { ImageSource.file(Fixtures.pictures.appendingPathComponent($0.picture)) }
            var count = 0
            for try await outcome in captioner.captions(for: images, options: options) {
                let expected = run.captions[outcome.index]
                let caption = try outcome.result.get()
                #expect(caption.tokenIDs == expected.tokenIDs, "\(expected.picture), prompt \(run.prompt ?? "none")")
                // Python's str.strip also takes away the separators U+001C to U+001F.
                let space = CharacterSet.whitespacesAndNewlines.union(CharacterSet(charactersIn: "\u{1C}"..."\u{1F}"))
                #expect(caption.text == expected.text.trimmingCharacters(in: space))
                count += 1
            }
            #expect(count == run.captions.count)
        }
        #expect(reference.runs[0].captions.count >= 200)
    }

    /// The pixels that the model sees, bit for bit, whatever the file's format.
    @Test(arguments: models)
    func pixelValuesAreEqual(model: String) async throws {
        let reference = try ParityReference(model)
        let captioner = try await Captioner(
            modelFolder: reference.model, options: Captioner.Options(precision: .float32, orientation: .ignore))
        let names = reference.pixelValueHashes.keys.sorted()
        let prepared = try await captioner.prepare(
            names.map { CaptionRequest(image: .file(Fixtures.pictures.appendingPathComponent($0))) },
            prompt: captioner.promptTokens(nil))
        for (name, image) in zip(names, prepared) {
            #expect(SHA256.hexadecimal(try image.get().pixelValues) == reference.pixelValueHashes[name], "\(name)")
        }
        #expect(names.count >= 200)
    }

    /// Every stage's activations, on images of several kinds.
    @Test(arguments: models)
    func stagesAreClose(model: String) async throws {
        let reference = try ParityReference(model)
        let expected = try StoredTensors(Fixtures.folder.appendingPathComponent("reference/\(model).safetensors"))
        let captioner = try await Captioner(
            modelFolder: reference.model, options: Captioner.Options(precision: .float32, orientation: .ignore))
        let folder = try TemporaryFolder()
        for picture in reference.stagePictures {
            for (run, prefix) in [(reference.runs[0], picture), (reference.runs[1], "\(picture)/prompted")] {
                let file = folder.url.appendingPathComponent("trace.safetensors")
                try await captioner.trace(
                    .file(Fixtures.pictures.appendingPathComponent(picture)),
                    options: Captioner.GenerationOptions(maxNewTokens: run.maxNewTokens, prompt: run.prompt)
                ).write(to: file)
                let found = try StoredTensors(file)
                #expect(found.integers("token_ids") == expected.integers("\(prefix)/token_ids"))
                #expect(found.floats("pixel_values") == expected.floats("\(picture)/pixel_values"))
                for stage in ["vision.last_hidden_state", "qformer.last_hidden_state", "language_projection"] {
                    expectClose(found, stage, expected, "\(picture)/\(stage)", tolerance: 1e-4)
                }
                expectClose(found, "logits", expected, "\(prefix)/logits", tolerance: 2e-4)
            }
        }
    }
}
