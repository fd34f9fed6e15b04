import CaptionerTensorCore
import Testing

@Suite struct LinearTests {
    /// Sizes around the limits of vectors, blocks and threads.
    static let sizes = [
        (1, 1, 1), (1, 7, 3), (2, 16, 65), (3, 5, 17), (5, 64, 130), (9, 33, 513), (17, 100, 64), (257, 22, 66),
        (300, 40, 530),
    ]

    @Test(arguments: sizes, [1, 2, 3])
    func equalsReference(size: (rows: Int, depth: Int, columns: Int), threads: Int) throws {
        let (rows, depth, columns) = size
        let context = ComputeContext(threadCount: threads)
        var numbers = Numbers(seed: UInt64(rows * 1_000_003 + depth * 1009 + columns))
        let (x, weight, bias) = (numbers.next(rows * depth), numbers.next(columns * depth), numbers.next(columns))
        let linear = Linear(
            weight: try parameter(weight, [columns, depth]), bias: try parameter(bias, [columns]))
        let input = Tensor(x, shape: [rows, depth], in: context)

        let expected = referenceLinear(x, weight: weight, bias: bias, rows: rows, depth: depth, columns: columns)
        #expect(relativeError(linear(input, in: context).array(), expected) < 1e-5)
        let activated = linear(input, activation: .relu, in: context).array()
        #expect(relativeError(activated, expected.map { max($0, 0) }) < 1e-5)

        let residual = numbers.next(rows * columns)
        let target = Tensor(residual, shape: [rows, columns], in: context)
        linear.add(input, to: target, in: context)
        #expect(relativeError(target.array(), zip(expected, residual).map { $0 + Double($1) }) < 1e-5)
    }

    @Test func worksWithoutBias() throws {
        let context = ComputeContext(threadCount: 2)
        let linear = Linear(weight: try parameter([1, 2, 3, 4], [2, 2]), bias: nil)
        let input = Tensor([1, -1], shape: [1, 2], in: context)
        #expect(linear(input, in: context).array() == [-1, -1])
    }

    @Test func threadCountDoesNotChangeABit() throws {
        var numbers = Numbers(seed: 5)
        let (x, weight) = (numbers.next(270 * 96), numbers.next(700 * 96))
        let linear = Linear(weight: try parameter(weight, [700, 96]), bias: nil)
        let results = [1, 2, 5].map { threads in
            let context = ComputeContext(threadCount: threads)
            return linear(Tensor(x, shape: [270, 96], in: context), activation: .gelu, in: context).array()
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }
}

func parameter(_ values: [Float], _ shape: [Int]) throws -> Parameter {
    try Parameter(shape: shape) { _ = $0.update(fromContentsOf: values) }
}
