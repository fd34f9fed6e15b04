import CaptionerJSON
import CaptionerTensorCore
import Foundation
import TestSupport
import Testing

@testable import CaptionerCheckpoints

/// A model's weights in a checkpoint that has other names for them.
struct RenamedWeightsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The model asks for `a.weight`, `a.bias`, ...; the checkpoint has them as `net.x_a.weight`.
    @Sendable private static func names(_ name: String) -> StoredName { StoredName("net.x_\(name)") }

    private func checkpoint(as name: String = "model") throws -> Checkpoint {
        var random = SplitMix64(seed: 9)
        let tensors = TinyLayers.shapes.map { name, shape in
            let values = (0..<shape.reduce(1, *)).map { _ in Float(Int64(random.next() >> 57) - 64) / 32 }
            return (Self.names(name).name, SafetensorsWriter.Tensor.float32(shape: shape, values: values))
        }
        let place = folder.url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try SafetensorsWriter.write(tensors, to: place.appendingPathComponent("model.safetensors"))
        return try Checkpoint(folder: place)
    }

    @Test func areFoundByTheModelsNames() throws {
        let weights = try checkpoint().weights().renamed(Self.names)
        #expect(weights["a"].contains("weight") && !weights.contains("net.x_a.weight"))
        #expect(weights["a"].shape(of: "bias") == [70])
        try TinyLayers.ask(weights)
        try weights.validate()
        #expect(weights.report().unused.isEmpty)
    }

    /// What is missing, unused or misshapen is in the file, and named as it is there.
    @Test func areReportedByTheCheckpointsNames() throws {
        let weights = try checkpoint().weights().renamed(Self.names)
        _ = try weights["b"].parameter("weight", shape: [2])
        _ = try weights["a"].parameter("bias", shape: [2])
        let report = weights.report()
        #expect(report.unused.contains("net.x_a.weight"))
        let error = #expect(throws: CheckpointError.self) { try weights.validate() }
        let text = error?.description ?? ""
        #expect(text.contains("net.x_b.weight") && text.contains("net.x_a.bias"), "\(text)")
    }

    /// Precisions are chosen by the model's names, and a packed file has those.
    @Test func packedFilesHaveTheModelsNames() throws {
        let checkpoint = try checkpoint()
        let plan = CheckpointPackerTests.plan
        let weights = checkpoint.weights(reading: false, precisions: plan).renamed(Self.names)
        try TinyLayers.ask(weights)
        try weights.validate()
        let target = folder.url.appendingPathComponent("packed")
        _ = try CheckpointPacker(
            checkpoint, weights: weights, packing: Packing(plan: plan, source: "tiny", maker: "a test")
        ).write(to: target, copying: [])
        let packed = try Checkpoint(folder: target)
        #expect(packed.table.keys.contains("a.weight.scales") && !packed.table.keys.contains("net.x_a.bias"))
        // The same model asks the packed checkpoint in the same way.
        let again = packed.weights().renamed(Self.names)
        try TinyLayers.ask(again)
        try again.validate()
        #expect(again.report().unused.isEmpty)
    }
}
