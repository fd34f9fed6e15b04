import CaptionerTensorCore
import Foundation
import TestSupport
import Testing

/// Layers of a trained model on inputs that they really get, against an emulation in another language.
@Suite struct TrainedLinearTests {
    static let file = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appendingPathComponent("Fixtures/trained-linears.safetensors")
    static let layers = ["encoder.layer.4.attention.self.value", "encoder.layer.4.output.dense"]

    @Test(arguments: layers, [Precision.bfloat16, .int8])
    func equalTheEmulation(layer: String, precision: Precision) throws {
        let tensors = try StoredTensors(Self.file)
        let shape = try #require(tensors.shape("\(layer).weight"))
        let (columns, depth) = (shape[0], shape[1])
        let (weight, bias) = (tensors.floats("\(layer).weight"), tensors.floats("\(layer).bias"))
        let linear = try Linear(
            weights: .packed(
                PackedWeights(columns: columns, depth: depth, precision: precision) { rows, target in
                    for (offset, value) in weight[(rows.lowerBound * depth)..<(rows.upperBound * depth)].enumerated() {
                        target[offset] = value
                    }
                }),
            bias: parameter(bias, [columns]))
        // Once as a few rows, and once as so many that threads take rows instead of columns.
        for copies in [1, 20] {
            let x = [[Float]](repeating: tensors.floats("\(layer).x"), count: copies).flatMap { $0 }
            let emulated = [[Float]](repeating: tensors.floats("\(layer).\(precision.rawValue)"), count: copies)
                .flatMap { $0 }
            let rows = x.count / depth
            let exact = referenceLinear(x, weight: weight, bias: bias, rows: rows, depth: depth, columns: columns)
            #expect(relativeError(emulated, exact) < (precision == .int8 ? 0.02 : 0.003))
            for kernels in MatrixKernelSet.supported {
                let context = ComputeContext(threadCount: 2, kernels: kernels)
                let found = linear(Tensor(x, shape: [rows, depth], in: context), in: context).array()
                if kernels == .portable {
                    // Where a multiply-add rounds twice, a byte of the input may be its neighbour.
                    #expect(relativeError(found, emulated.map(Double.init)) < 0.005)
                } else {
                    #expect(found.map(\.bitPattern) == emulated.map(\.bitPattern), "\(kernels)")
                }
            }
        }
    }
}
