import CaptionerTensorCore
import Foundation
import Testing

@Suite struct ElementwiseTests {
    /// The exact GELU of every float in a fine grid, and far out on both sides.
    @Test func geluEqualsReference() throws {
        let context = ComputeContext(threadCount: 1)
        let x: [Float] = (-60000...60000).map { Float($0) / 5000 } + [-1e30, -100, -0.0, 1e-30, 100, 1e30]
        // A product with 1 leaves x as it is.
        let identity = Linear(weight: try parameter([1], [1, 1]), bias: nil)
        let found = identity(Tensor(x, shape: [x.count, 1], in: context), activation: .gelu, in: context).array()
        for (value, result) in zip(x, found) {
            let expected = referenceGELU(Double(value))
            #expect(abs(Double(result) - expected) <= max(4e-6 * abs(expected), 1e-36), "gelu(\(value))")
        }
    }

    @Test(arguments: [1, 2, 7, 8, 9, 22, 64, 100])
    func layerNormEqualsReference(width: Int) throws {
        let context = ComputeContext(threadCount: 2)
        var numbers = Numbers(seed: UInt64(width))
        let rows = 5
        // A mean far from zero is what a one-pass variance fails at.
        let x = numbers.next(rows * width).map { $0 + 100 }
        let (weight, bias) = (numbers.next(width), numbers.next(width))
        let norm = LayerNorm(
            weight: try parameter(weight, [width]), bias: try parameter(bias, [width]), epsilon: 1e-5)
        let tensor = Tensor(x, shape: [rows, width], in: context)
        let found = norm(tensor, in: context).array()
        let expected = (0..<rows).flatMap { row -> [Double] in
            let values = x[(row * width)..<((row + 1) * width)].map(Double.init)
            let mean = values.reduce(0, +) / Double(width)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
            return values.enumerated().map { column, value in
                (value - mean) / (variance + 1e-5).squareRoot() * Double(weight[column]) + Double(bias[column])
            }
        }
        #expect(relativeError(found, expected) < 2e-4)
        norm.apply(to: tensor, in: context)
        #expect(tensor.array() == found)
    }

    @Test func logSumExpEqualsReference() {
        var numbers = Numbers(seed: 9)
        for count in [1, 7, 8, 9, 1008] {
            let x = numbers.next(count).map { $0 * 30 }
            let expected = log(x.reduce(0.0) { $0 + exp(Double($1)) })
            let found = x.withUnsafeBufferPointer { logSumExp($0.baseAddress!, count: count) }
            #expect(abs(Double(found) - expected) < 1e-5)
        }
    }
}
