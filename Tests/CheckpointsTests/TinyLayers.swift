import CaptionerTensorCore
import Foundation
import TestSupport

@testable import CaptionerCheckpoints

/// A checkpoint of three linear layers, a bias and a table, and what asks for them.
struct TinyLayers {
    /// Changes some of the numbers before they are written.
    var edit: (_ name: String, _ values: inout [Float]) -> Void = { _, _ in }

    static let shapes = [
        ("a.weight", [70, 13]), ("a.bias", [70]), ("half.weight", [3, 13]), ("whole.weight", [3, 5]),
        ("table.weight", [5, 3]),
    ]

    /// Writes and opens it, in the folder `model`.
    func checkpoint(in folder: TemporaryFolder, dataType: String = "F32") throws -> Checkpoint {
        var random = SplitMix64(seed: 9)
        var (entries, data): ([String], [UInt8]) = ([], [])
        for (name, shape) in Self.shapes {
            // Halves of 16 bits hold these exactly, so all types have the same numbers.
            var values = (0..<shape.reduce(1, *)).map { _ in Float(Int64(random.next() >> 57) - 64) / 32 }
            edit(name, &values)
            let start = data.count
            data += Self.bytes(values, dataType)
            entries.append(
                "\"\(name)\":{\"dtype\":\"\(dataType)\",\"shape\":\(shape),\"data_offsets\":[\(start),\(data.count)]}")
        }
        try folder.write(
            safetensors("{\(entries.joined(separator: ","))}", data: data), as: "model/model.safetensors")
        return try Checkpoint(folder: folder.url.appendingPathComponent("model"))
    }

    func packer(_ checkpoint: Checkpoint, _ plan: PrecisionPlan) throws -> CheckpointPacker {
        let weights = checkpoint.weights(reading: false, precisions: plan)
        try Self.ask(weights)
        try weights.validate()
        return try CheckpointPacker(
            checkpoint, weights: weights, packing: Packing(plan: plan, source: "tiny", maker: "a test"))
    }

    /// What a model would.
    static func ask(_ weights: WeightScope) throws {
        for (name, shape) in shapes {
            let parts = name.split(separator: ".").map(String.init)
            if shape.count == 2, parts[0] != "table" {
                _ = try weights[parts[0]].linearWeights(parts[1], shape: shape)
            } else {
                _ = try weights[parts[0]].parameter(parts[1], shape: shape)
            }
        }
    }

    private static func bytes(_ values: [Float], _ dataType: String) -> [UInt8] {
        switch dataType {
        #if !(os(macOS) && arch(x86_64))
            case "F16": CheckpointsTests.bytes(values.map { Float16($0).bitPattern })
        #endif
        case "BF16": CheckpointsTests.bytes(values.map { UInt16($0.bitPattern >> 16) })
        default: CheckpointsTests.bytes(values)
        }
    }
}
