import CaptionerKernels
import CaptionerTensorCore
import Testing

/// Panel products of every kernel set that this processor can run, against plain scalar code.
@Suite struct PanelProductTests {
    static let depths = [1, 3, 4, 5, 63, 88, 257, 1408, 5000]
    static let columns = [1, 15, 16, 17, 63, 64, 65, 88, 176, 257]
    static let rows = Array(1...13) + [16, 17, 31, 48, 49, 65, 257]

    /// Bit for bit, in every format: sums of bytes are exact, and all others are added up in one order.
    @Test(arguments: PanelFormat.allCases, depths)
    func equalScalarReferenceBitForBit(format: PanelFormat, depth: Int) {
        let activations = PanelBlock.Activation.allCases
        for (index, columns) in Self.columns.enumerated() {
            // Every depth meets every number of rows, and every number of columns a few of them.
            for part in 0..<3 {
                let rows = Self.rows[(index * 3 + part + depth) % Self.rows.count]
                guard rows * depth * columns < 40_000_000 else { continue }
                var problem = PanelProblem(format, rows: rows, depth: depth, columns: columns, seed: UInt64(index + 1))
                problem.activation = activations[(index + 2 * part) % activations.count]
                problem.goal = PanelProblem.Goal.allCases[(index / 3 + part) % 3]
                problem.hasBias = (index + part) % 4 != 0
                if columns > 128 { problem.range = part == 1 ? 64..<columns : part == 2 ? 0..<128 : nil }
                compare(problem)
            }
        }
    }

    private func compare(_ problem: PanelProblem) {
        var expected: [ScalarArithmetic: [UInt8]] = [:]
        for kernels in MatrixKernelSet.supported + MatrixKernelSet.forTests {
            // The lanes make no difference here.
            var arithmetic = kernels.arithmetic
            arithmetic.lanes = 8
            let reference = expected[arithmetic] ?? problem.result(arithmetic).bytes
            expected[arithmetic] = reference
            let found = problem.result(kernels).bytes
            expectEqual(
                found, reference,
                """
                \(kernels), \(problem.format), [\(problem.rows), \(problem.depth)] times \(problem.columns), \
                \(problem.activation), \(problem.goal)
                """)
        }
    }

    /// The largest sums that bytes can have, at more than the depth of any layer: nothing overflows.
    @Test(arguments: [-127, 127])
    func largestBytesAreSummedExactly(weight: Int) {
        let depth = 10240
        // The largest byte of kernels that take signed ones, and that of the others.
        for byte: Float in [128, 255] {
            compare(
                PanelProblem(
                    .int8, rows: 7, depth: depth, columns: 65, seed: 1, x: { _ in byte }, weight: { _ in Float(weight) }
                ))
        }
        let problem = PanelProblem(
            .int8, rows: 7, depth: depth, columns: 65, seed: 1, x: { _ in 255 }, weight: { _ in Float(weight) })
        // As large as they come out, and of one sign.
        let found = problem.result(MatrixKernelSet.portable).floats
        #expect((0..<7).allSatisfy { (found[$0 * problem.stride] < 0) == (weight < 0) })
    }

    /// Kernels that round once and kernels that round twice stay close.
    @Test(arguments: [PanelFormat.float32, .bfloat16], depths)
    func roundingOnceOrTwiceHardlyMatters(format: PanelFormat, depth: Int) {
        for activation in [PanelBlock.Activation.identity, .gelu] {
            var problem = PanelProblem(format, rows: 5, depth: depth, columns: 65, seed: 9)
            problem.activation = activation
            let once = problem.result(ScalarArithmetic(lanes: 16, isFused: true)).floats
            let twice = problem.result(ScalarArithmetic(lanes: 8, isFused: false)).floats
            #expect(relativeError(once, twice.map(Double.init)) < 1e-5)
        }
    }

    /// Products of bfloat16 numbers are exact in float32, so without an activation nothing is rounded twice.
    @Test(arguments: depths)
    func bfloat16IsTheSameForAllKernels(depth: Int) {
        let problem = PanelProblem(.bfloat16, rows: 8, depth: depth, columns: 176, seed: 5)
        for kernels in MatrixKernelSet.supported {
            #expect(problem.result(kernels).bytes == problem.result(MatrixKernelSet.portable).bytes, "\(kernels)")
        }
    }

    /// bfloat16 instructions take numbers below the normal ones for zeros. What that changes is below 2^-126 for each
    /// product and sum.
    @Test func tinyBFloat16NumbersAreAtMostLost() {
        let depth = 64
        let problem = PanelProblem(
            .bfloat16, rows: 6, depth: depth, columns: 64, seed: 4, x: { $0.next() * 1e-20 },
            weight: { $0.next() * 1e-19 })
        let expected = problem.result(ScalarArithmetic(lanes: 16, isFused: true)).floats
        for kernels in MatrixKernelSet.supported {
            let found = problem.result(kernels).floats
            let difference = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
            #expect(difference <= Float(2 * depth) * .leastNormalMagnitude, "\(kernels)")
        }
        // Floats in place of the instruction lose what it loses.
        guard let instruction = MatrixKernelSet.supported.first(where: { $0.name == "avx512vnni" }),
            let other = MatrixKernelSet.forTests.first(where: { $0.name == "otherProducts" })
        else { return }
        for size in [1e-18, 1e-19, 3e-20, 1e-30] as [Float] {
            var tiny = PanelProblem(
                .bfloat16, rows: 9, depth: depth, columns: 150, seed: 5, x: { $0.next() * size },
                weight: { $0.next() * 1e-18 })
            tiny.hasBias = false
            let found = tiny.result(instruction)
            expectEqual(found.bytes, tiny.result(other).bytes, "\(size)")
            #expect((size == 1e-30) == found.floats.prefix(150).allSatisfy { $0 == 0 })
        }
    }

    /// What is no number, or infinite, shows in all results of its row, and in no other.
    @Test(arguments: [PanelFormat.float32, .bfloat16], [Float.nan, .infinity, -.infinity])
    func whatIsNotFiniteShows(format: PanelFormat, value: Float) {
        for activation in [PanelBlock.Activation.identity, .gelu] {
            var index = 0
            var problem = PanelProblem(
                format, rows: 9, depth: 33, columns: 70, seed: 2,
                x: {
                    index += 1
                    return index == 4 * 33 + 7 ? value : $0.next()
                })
            problem.activation = activation
            for kernels in MatrixKernelSet.supported {
                let found = problem.result(kernels).floats
                for row in 0..<9 {
                    let part = found[(row * problem.stride)..<(row * problem.stride + 70)]
                    #expect(part.allSatisfy { $0.isFinite == (row != 4) }, "\(kernels), \(activation), row \(row)")
                }
            }
        }
    }

    /// Results of bfloat16 are the nearest, ties to even; infinity and what is no number stay. Instructions that round make
    /// zeros of numbers too small to be normal.
    @Test(arguments: PanelFormat.allCases)
    func resultsAreRoundedToBFloat16(format: PanelFormat) {
        var bias: [Float] = [
            0x1.01p0, 0x1.03p0, 0x1.010002p0, 0x1.00fffep0, -0x1.01p0, 0x1.fffffep0, .greatestFiniteMagnitude,
            -.greatestFiniteMagnitude, 0x1.fep127, .infinity, -.infinity, .nan, .leastNormalMagnitude, 0,
        ]
        let normalCount = bias.count
        bias += [0x1.8p-127, -0x1p-140, .leastNonzeroMagnitude]
        // Whole panels of them, and what is left beside one.
        bias = (0..<(5 * bias.count)).map { bias[$0 % bias.count] }
        var problem = PanelProblem(
            format, rows: 7, depth: 4, columns: bias.count, seed: 3, x: { _ in 0 }, weight: { _ in 0 },
            bias: bias)
        problem.goal = .bfloat16
        for kernels in MatrixKernelSet.supported {
            let found = problem.result(kernels)
            let numbers = withExtendedLifetime(found) {
                Array(UnsafeBufferPointer(start: found.pointer(UInt16.self), count: 7 * problem.stride))
            }
            for row in 0..<7 {
                for (column, value) in bias.enumerated() {
                    let number = numbers[row * problem.stride + column]
                    let expected = BFloat16.bits(value)
                    let isTiny = column % (normalCount + 3) >= normalCount
                    #expect(
                        number == expected || (isTiny && number & 0x7FFF == 0), "\(kernels), \(value), row \(row)")
                }
            }
        }
    }
}
