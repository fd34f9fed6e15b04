import CaptionerTensorCore
import Foundation
import TestSupport
import Testing

@testable import CaptionerCheckpoints

struct WeightScopeTests {
    private let folder: TemporaryFolder
    private let checkpoint: Checkpoint

    init() throws {
        folder = try TemporaryFolder()
        try SafetensorsWriter.write(
            [
                ("encoder.layers.0.weight", .float32(shape: [2, 3], values: [1, 2, 3, 4, 5, 6])),
                ("encoder.layers.1.weight", .float32(shape: [2, 3], values: [7, 8, 9, 10, 11, 12])),
                ("encoder.bias", .float32(shape: [2], values: [-1, -2])),
                ("encoder.position_ids", .int64(shape: [2], values: [0, 1])),
                ("extra", .float32(shape: [], values: [42])),
            ], to: folder.url.appendingPathComponent("model.safetensors"))
        checkpoint = try Checkpoint(folder: folder.url)
    }

    @Test func findsWeightsUnderTheirScopes() throws {
        let encoder = checkpoint.weights()["encoder"]
        #expect(try values(of: encoder["layers", 1].parameter("weight", shape: [2, 3])) == [7, 8, 9, 10, 11, 12])
        #expect(try values(of: encoder.parameter("layers.0.weight", shape: [2, 3])) == [1, 2, 3, 4, 5, 6])
        #expect(try values(of: encoder.parameter("bias", shape: [2])) == [-1, -2])
        #expect(encoder["layers", 1].name == "encoder.layers.1")
        #expect(encoder.contains("bias"))
        #expect(!encoder.contains("extra"))
        #expect(encoder["layers", 0].shape(of: "weight") == [2, 3])
        #expect(encoder.shape(of: "nothing") == nil)
        try encoder.validate()
    }

    @Test func weightsOutliveTheCheckpoint() throws {
        let other = try TemporaryFolder()
        try SafetensorsWriter.write(
            [("scale", .float32(shape: [3], values: [1, 2, 4]))],
            to: other.url.appendingPathComponent("model.safetensors"))
        let scale = try Checkpoint(folder: other.url).weights().parameter("scale", shape: [3])
        try FileManager.default.removeItem(at: other.url)
        #expect(values(of: scale) == [1, 2, 4])
    }

    @Test func reportsWhatWasUsedAndWhatWasNot() throws {
        let weights = checkpoint.weights()
        _ = try weights["encoder"].parameter("bias", shape: [2])
        _ = try weights["encoder"].parameter("bias", shape: [2])
        _ = try weights["encoder"]["layers", 0].parameter("weight", shape: [2, 3])
        weights["encoder"].ignore("position_ids")
        weights["encoder"].ignore("not there")
        let report = weights.report()
        #expect(report.parameterCount == 8)
        #expect(report.tensorCounts == [.float32: 2])
        #expect(report.unused == ["encoder.layers.1.weight", "extra"])
        #expect(report.isComplete)
        #expect(checkpoint.weights().report().parameterCount == 0, "each call of weights starts a ledger")
    }

    @Test func listsEveryTensorAtFaultAndReturnsZeros() throws {
        let weights = checkpoint.weights()
        let missing = try weights["decoder"].parameter("weight", shape: [4, 5])
        let misshapen = try weights["encoder"].parameter("bias", shape: [3])
        let unsupported = try weights["encoder"].parameter("position_ids", shape: [2])
        #expect(missing.shape == [4, 5])
        #expect(values(of: missing) == Array(repeating: 0, count: 20))
        #expect(values(of: misshapen) == [0, 0, 0])
        #expect(values(of: unsupported) == [0, 0])

        let report = weights.report()
        #expect(report.missing == [WeightReport.Missing(name: "decoder.weight", expected: [4, 5])])
        #expect(report.misshapen == [WeightReport.Misshapen(name: "encoder.bias", expected: [3], found: [2])])
        let unsuitable = WeightReport.Unsupported(
            name: "encoder.position_ids", dataType: .int64, expected: [.float32, .float16, .bfloat16])
        #expect(report.unsupported == [unsuitable])
        #expect(!report.isComplete)
        let error = try #require(throws: CheckpointError.self) { try weights.validate() }
        #expect(
            error.description == """
                the weights in \(folder.url.path) do not fit the model: decoder.weight is missing, expected [4, 5]; \
                encoder.bias is [2], expected [3]; encoder.position_ids has dtype I64, expected F32, F16 or BF16
                """)
    }

    @Test func capsTheListOfProblems() throws {
        let weights = checkpoint.weights()
        for index in 0..<30 {
            for _ in 0..<2 { _ = try weights["decoder.layers", index].parameter("weight", shape: [1]) }
        }
        let message = weights.report().problemDescription(limit: 3)
        #expect(message.hasPrefix("decoder.layers.0.weight is missing"))
        #expect(message.hasSuffix("decoder.layers.2.weight is missing, expected [1]; and 27 more"))
        #expect(
            weights.report().problemDescription(limit: 30).hasSuffix(
                "decoder.layers.29.weight is missing, expected [1]"))
    }

    @Test func withoutReadingEverythingIsZeroButReported() throws {
        let weights = checkpoint.weights(reading: false)
        #expect(try values(of: weights["encoder"].parameter("bias", shape: [2])) == [0, 0])
        _ = try weights.parameter("gone", shape: [1])
        #expect(weights.report().parameterCount == 2)
        #expect(weights.report().missing.map(\.name) == ["gone"])
    }

    @Test func float32IsNotCopied() throws {
        let first = try checkpoint.weights().parameter("encoder.bias", shape: [2])
        let second = try checkpoint.weights().parameter("encoder.bias", shape: [2])
        #expect(first.pointer == second.pointer)
    }

    @Test func floatsAtOddAddressesAreCopied() throws {
        let numbers: [Float] = [1.5, -2.25, .infinity]
        for padding in 0..<4 {
            let header = """
                {"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}\(String(repeating: " ", count: padding))
                """
            let other = try TemporaryFolder()
            try other.write(safetensors(header, data: bytes(numbers)), as: "model.safetensors")
            let parameter = try Checkpoint(folder: other.url).weights().parameter("a", shape: [3])
            #expect(values(of: parameter) == numbers)
            #expect(Int(bitPattern: parameter.pointer) % MemoryLayout<Float>.alignment == 0)
        }
    }

    @Test func halfPrecisionIsConverted() throws {
        try folder.write(
            safetensors(
                """
                {"half":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"brain":{"dtype":"BF16","shape":[1,2],"data_offsets":[4,8]}}
                """,
                data: bytes([0x3C00, 0xC500, 0x3F80, 0xC0A0] as [UInt16])), as: "model.safetensors")
        let weights = try Checkpoint(folder: folder.url).weights()
        #expect(try values(of: weights.parameter("half", shape: [2])) == [1, -5])
        #expect(try values(of: weights.parameter("brain", shape: [1, 2])) == [1, -5])
        #expect(weights.report().tensorCounts == [.float16: 1, .bfloat16: 1])
    }
}
