import CaptionerTensorCore
import Foundation
import TestSupport
import Testing

@testable import CaptionerCheckpoints

/// Linear weights in reduced precision, packed from all kinds of numbers that files hold.
struct PackedSourceTests {
    /// Numbers that bfloat16 and float16 both hold exactly: three bits after the leading one.
    private static let values: [Float] = (0..<(130 * 9)).map { index in Float(index * 37 % 15 - 7) / 8 }

    private static let sources: [(type: String, data: [UInt8])] = [
        ("F32", bytes(values)), ("BF16", bytes(values.map { value -> UInt16 in UInt16(value.bitPattern >> 16) })),
        ("F16", bytes(values.map(float16))),
    ]

    /// IEEE 754 binary16 of one of the values, none of which is below its normal numbers.
    private static func float16(_ value: Float) -> UInt16 {
        let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
        guard value != 0 else { return sign }
        let exponent = UInt16(Int(value.exponent) + 15) << 10
        return sign | exponent | UInt16((value.significand - 1) * 1024)
    }

    private func weights(_ type: String, _ data: [UInt8], _ precision: Precision) throws -> LinearWeights {
        let folder = try TemporaryFolder()
        try folder.write(safetensors(tensor: "fc.weight", type, [130, 9], data: data), as: "model.safetensors")
        let weights = try Checkpoint(folder: folder.url).weights(precisions: PrecisionPlan(precision))
        return try weights["fc"].linearWeights("weight", shape: [130, 9])
    }

    @Test(arguments: [Precision.bfloat16, .int8])
    func allSourcesGiveTheSameLayer(precision: Precision) throws {
        let context = ComputeContext(threadCount: 2)
        let x = Tensor((0..<63).map { Float($0 % 10) - 4 }, shape: [7, 9], in: context)
        let expected = try LinearWeights(
            rounding: Parameter(shape: [130, 9]) { _ = $0.update(fromContentsOf: Self.values) }, to: precision)
        let result = Linear(weights: expected, bias: nil)(x, in: context).array()
        #expect(Set(result).count > 20)
        for (type, data) in Self.sources {
            let layer = Linear(weights: try weights(type, data, precision), bias: nil)
            #expect(layer.precision == precision)
            #expect(layer(x, in: context).array() == result, "\(type)")
        }
    }

    /// The message names the file and the tensor.
    @Test(
        arguments: [Precision.bfloat16, .int8],
        [("F32", [0, 0, 0x80, 0x7F]), ("BF16", [0xC0, 0x7F]), ("F16", [0, 0xFC])])
    func whatIsNotFiniteIsRefused(precision: Precision, number: (type: String, bytes: [UInt8])) throws {
        var data = try #require(Self.sources.first { $0.type == number.type }).data
        data.replaceSubrange(0..<number.bytes.count, with: number.bytes)
        let error = #expect(throws: CheckpointError.self) { try weights(number.type, data, precision) }
        let message = try #require(error).description
        #expect(message.contains("model.safetensors") && message.contains("fc.weight"), "\(message)")
        #expect(throws: Never.self) { try weights(number.type, data, .float32) }
    }
}
