import CaptionerTensorCore
import Testing

/// A feed-forward whose result is scaled, and whose layers see other rows than those that it joins.
@Suite struct ScaledFeedForwardTests {
    /// Few rows go through the layers one after the other, many through both at once.
    @Test(arguments: MatrixKernelSet.supported, [Precision.float32, .bfloat16, .int8])
    func equalsLayersOneByOne(kernels: MatrixKernelSet, precision: Precision) throws {
        for (rows, width, inner) in [(1, 8, 32), (7, 33, 70), (300, 24, 96), (131, 65, 40)] {
            var numbers = Numbers(seed: 51)
            func linear(_ depth: Int, _ columns: Int) throws -> Linear {
                let weight = try parameter(numbers.next(columns * depth), [columns, depth])
                return Linear(
                    weights: try LinearWeights(rounding: weight, to: precision),
                    bias: try parameter(numbers.next(columns), [columns]))
            }
            let norm = LayerNorm(
                weight: try parameter(numbers.next(width), [width]), bias: try parameter(numbers.next(width), [width]),
                epsilon: 1e-6)
            let (first, second) = (try linear(width, inner), try linear(inner, width))
            let scale = numbers.next(width)
            let feedForward = FeedForward(
                norm: norm, input: first, activation: .gelu, output: second,
                outputScale: try parameter(scale, [width]))
            let (source, start) = (numbers.next(rows * width), numbers.next(rows * width))

            let results = [1, 3].map { threads in
                let context = ComputeContext(threadCount: threads, kernels: kernels)
                let target = Tensor(start, shape: [rows, width], in: context)
                feedForward(Tensor(source, shape: [rows, width], in: context), addingTo: target, in: context)
                return target.array()
            }
            let context = ComputeContext(threadCount: 2, kernels: kernels)
            let hidden = first(
                Tensor(source, shape: [rows, width], in: context), normalizedBy: norm, activation: .gelu, in: context)
            let plain = second(hidden, in: context).array()
            let expected = plain.indices.map { Double(start[$0]) + Double(plain[$0]) * Double(scale[$0 % width]) }
            #expect(relativeError(results[0], expected) < 1e-5, "\(kernels), \(precision), \(rows) rows")
            #expect(results[0] == results[1])
        }
    }
}
