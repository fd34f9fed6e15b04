import CaptionerDemoModel
import CaptionerFiles
import CaptionerTensorCore
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioner

/// What weights take is known from the headers of their files.
@Suite(.timeLimit(.minutes(15))) struct ModelMemoryTests {
    @Test func theSizesAreThoseOfTheFiles() throws {
        let temporary = try TemporaryFolder()
        let model = FilePath(try DemoModel.checkpoint().path)
        let sizes = try ModelMemory(model: model).weightBytes
        #expect(sizes.map(\.precision) == [.float32, .bfloat16, .int8])
        let information = try ModelSummary(model: model).information
        // Four bytes each. The table, in the type in which it is stored, is not counted, and its floats are: as the output layer.
        #expect(sizes[0].bytes == 4 * information.parameters)
        guard case .integer(let rows) = information.parts["decoder"]?["vocab_size"],
            case .integer(let width) = information.parts["decoder"]?["hidden_size"]
        else {
            Issue.record("no sizes of the table: \(information.parts)")
            return
        }
        let table = 2 * rows * width
        for (precision, bytes) in sizes.dropFirst() {
            let packed = FilePath(temporary.path(precision.rawValue))
            let result = try Captioner.packNow(model: model, to: packed, precision: precision)
            // The file has the table and a header besides.
            let rest = result.packedBytes - bytes - table
            #expect(rest > 0 && rest < 200_000, "\(precision)")
            let own = try ModelMemory(model: packed).weightBytes
            #expect(own.map(\.precision) == [precision] && own.map(\.bytes) == [bytes])
            #expect(try weightBytes(packed, Captioner.Options()) == bytes)
        }
        var options = Captioner.Options(precision: .int8)
        #expect(try weightBytes(model, options) == sizes[2].bytes)
        options.layerPrecisions = [.init(part: "vision_model", precision: .float32)]
        #expect(try weightBytes(model, options) > sizes[2].bytes)
    }

    private func weightBytes(_ model: FilePath, _ options: Captioner.Options) throws -> Int {
        try Captioner.estimatedMemory(modelFolder: model.url, options: options).weightBytes
    }

    /// What is computed from sizes is what the buffers of a real run are.
    @Test(arguments: [Captioner.Precision.float32, .int8], [1, 3]) func estimatesAreNearWhatIsUsed(
        precision: Captioner.Precision, beams: Int
    ) async throws {
        let options = Captioner.Options(threadCount: 1, batchSize: 6, precision: precision)
        let generation = Captioner.GenerationOptions.beams(beams)
        let pictures = (0..<6).map { Fixtures.pictures.appending(path: "drawn-00\($0).png") }
        let mgm = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/mgm/plain/mgm-2b")
        for model in [try DemoModel.checkpoint(), mgm] {
            let estimate = try Captioner.estimatedMemory(
                modelFolder: model, options: options, generationOptions: generation)
            let captioner = try await Captioner(modelFolder: model, options: options)
            #expect(captioner.estimatedMemory(batchSize: 6, options: generation) == estimate)
            for try await outcome in captioner.captions(for: pictures, options: generation) {
                _ = try outcome.result.get()
            }
            // Pixels of two batches are outside of the buffers.
            let pixels = try ModelSummary(modelFolder: model).information.imageSize
            let expected = Double(estimate.batchBytes - 6 * 2 * 3 * pixels * pixels * 4)
            let used = Double(captioner.executor.context.cache.peakByteCount)
            #expect(used > 0.4 * expected && used < 1.2 * expected, "\(used) bytes of buffers, \(expected) estimated")
        }
    }

    @Test func aFolderWithoutAModelIsNamed() {
        let error = #expect(throws: CaptionerError.self) { try ModelMemory(model: "/no/such/model") }
        #expect(error.map { "\($0)" }?.contains("/no/such/model") == true)
    }

    @Test func informationIsTheSameAfterJSON() throws {
        for folder in [try DemoModel.checkpoint(), try DemoModel.encoder()] {
            let information = try ModelSummary(modelFolder: folder).information
            let data = try JSONEncoder().encode(information)
            #expect(try JSONDecoder().decode(ModelInformation.self, from: data) == information)
        }
    }
}
