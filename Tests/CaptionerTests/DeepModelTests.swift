import Captioner
import CaptionerImageProcessing
import Foundation
import TestSupport
import Testing

/// A model with the layers, heads and image size of blip2-opt-6.7b-coco, but narrow: 364 pixels, 677 image tokens,
/// 39, 12 and 32 layers. On a few images, because it takes its time.
@Suite(.timeLimit(.minutes(45))) struct DeepModelTests {
    @Test func equalsTransformersThroughAllLayers() async throws {
        let name = "opt-6.7b-coco-narrow"
        let reference = try ParityReference(name)
        let captioner = try await Captioner(
            modelFolder: reference.model, options: Captioner.Options(precision: .float32, orientation: .ignore))
        for run in reference.runs {
            let options = Captioner.GenerationOptions(maxNewTokens: run.maxNewTokens, prompt: run.prompt)
            let images = run.captions.map { ImageSource.file(Fixtures.pictures.appendingPathComponent($0.picture)) }
            var found: [[Int]] = []
            for try await outcome in captioner.captions(for: images, options: options) {
                found.append(try outcome.result.get().tokenIDs)
            }
            #expect(found == run.captions.map(\.tokenIDs))
        }
        #expect(Set(reference.runs[0].captions.map(\.tokenIDs)).count == 3)
        #expect(reference.runs.count == 2)

        let picture = try #require(reference.stagePictures.first)
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("trace.safetensors")
        let options = Captioner.GenerationOptions(maxNewTokens: reference.runs[0].maxNewTokens)
        try await captioner.trace(.file(Fixtures.pictures.appendingPathComponent(picture)), options: options)
            .write(to: file)
        let found = try StoredTensors(file)
        let expected = try StoredTensors(Fixtures.folder.appendingPathComponent("reference/\(name).safetensors"))
        #expect(SHA256.hexadecimal(found.floats("pixel_values")) == reference.pixelValueHashes[picture])
        #expect(found.shape("vision.last_hidden_state") == [677, 32])
        for stage in ["vision.last_hidden_state", "qformer.last_hidden_state", "language_projection"] {
            expectClose(found, stage, expected, "\(picture)/\(stage)", tolerance: 1e-4)
        }
        expectClose(found, "logits", expected, "\(picture)/logits", tolerance: 2e-4)
    }
}
