import CaptionerTensorCore
import Foundation
import TestSupport
import Testing

@testable import CaptionerCheckpoints

/// Packing a few layers: what the file holds and where, and that a failure leaves nothing.
struct CheckpointPackerTests {
    private let folder: TemporaryFolder
    private var target: URL { folder.url.appendingPathComponent("packed") }
    private var file: URL { target.appendingPathComponent("packed.safetensors") }

    init() throws { folder = try TemporaryFolder() }

    static let plan = PrecisionPlan(
        .int8,
        exceptions: [
            PrecisionPlan.Exception(part: "half", precision: .bfloat16),
            PrecisionPlan.Exception(part: "whole", precision: .float32),
        ])

    @Test func theFileIsSafetensorsAndPanelsBeginOnLines() throws {
        let layers = TinyLayers()
        let result = try layers.packer(try layers.checkpoint(in: folder), Self.plan).write(to: target, copying: [])
        let read = try SafetensorsFile(file)
        let shapes = Dictionary(
            uniqueKeysWithValues: read.tensors.map { ($0.name, "\($0.dataType.rawValue) \($0.shape)") })
        #expect(
            shapes == [
                "a.weight": "I8 [80, 16]", "a.weight.scales": "F32 [80]", "a.weight.sums": "I32 [80]",
                "a.bias": "F32 [70]",
                "half.weight": "BF16 [16, 14]", "whole.weight": "F32 [3, 5]", "table.weight": "F32 [5, 3]",
            ])
        let edit = try SafetensorsEdit(file)
        for (name, tensor) in edit.tensors {
            let isPanels = name.hasPrefix("a.weight") || name == "half.weight"
            #expect(tensor.offset % (isPanels ? 64 : 4) == 0, "\(name) at \(tensor.offset)")
        }
        #expect(
            edit.metadata == [
                "format": "captioner-packed", "version": "1", "precision": "int8",
                "layer_precisions": "half=bf16,whole=f32", "source": "tiny", "made_by": "a test",
            ])
        #expect(result.packedBytes == (try Data(contentsOf: file)).count)
        #expect(result.sourceBytes == 4 * (70 * 13 + 70 + 3 * 13 + 15 + 15))
    }

    /// What is mapped from a packed file is, byte by byte, what is packed while an original is read.
    @Test(arguments: ["F32", "F16", "BF16"])
    func mappedEqualsPackedAtLoad(dataType: String) throws {
        let layers = TinyLayers()
        let original = try layers.checkpoint(in: folder, dataType: dataType)
        _ = try layers.packer(original, Self.plan).write(to: target, copying: [])
        let packed = try Checkpoint(folder: target)
        #expect(packed.packing?.plan == Self.plan)
        let (mine, theirs) = (packed.weights(), original.weights(precisions: Self.plan))
        for (name, shape) in [("a", [70, 13]), ("half", [3, 13]), ("whole", [3, 5])] {
            let found = try stored(mine[name].linearWeights("weight", shape: shape))
            #expect(try found == stored(theirs[name].linearWeights("weight", shape: shape)), "\(name)")
            #expect(!found.isEmpty)
        }
        for (name, shape) in [("a.bias", [70]), ("table.weight", [5, 3])] {
            #expect(
                try values(of: mine.parameter(name, shape: shape)) == values(of: theirs.parameter(name, shape: shape)))
        }
        #expect(mine.report().parameterCount == theirs.report().parameterCount)
        #expect(mine.report().unused.isEmpty)
        try mine.validate()
    }

    @Test func filesAreCopiedAndAnEmptyFolderIsTaken() throws {
        let layers = TinyLayers()
        let checkpoint = try layers.checkpoint(in: folder)
        try folder.write("{}", as: "model/config.json")
        try folder.write("", as: "model/merges.txt")
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        var shares: [Double] = []
        _ = try layers.packer(checkpoint, Self.plan)
            .write(to: target, copying: ["config.json", "merges.txt", "vocab.json"]) { shares.append($0) }
        let names = try FileManager.default.contentsOfDirectory(atPath: target.path).sorted()
        #expect(names == ["config.json", "merges.txt", "packed.safetensors"])
        #expect(try String(contentsOf: target.appendingPathComponent("config.json"), encoding: .utf8) == "{}")
        #expect(shares == shares.sorted() && shares.last == 1)
    }

    /// The bytes of a weight as it lies in memory.
    private func stored(_ weights: LinearWeights) -> [[UInt8]] {
        switch weights {
        case .float32(let parameter): return [bytes(values(of: parameter))]
        case .packed(let packed):
            var parts: [[UInt8]] = []
            packed.withStoredBytes { parts.append(Array($0)) }
            return parts
        }
    }
}
