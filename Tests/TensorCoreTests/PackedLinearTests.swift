import CaptionerKernels
import Foundation
import Testing

@testable import CaptionerTensorCore

/// Linear layers in reduced precision: close to those in float32, and each row the same bits alone and among
/// others, whether threads share rows or columns.
@Suite struct PackedLinearTests {
    static let precisions = [Precision.bfloat16, .int8]

    private func linear(
        _ numbers: inout Numbers, from depth: Int, to columns: Int, _ precision: Precision
    ) throws -> Linear {
        let weight = numbers.next(columns * depth).map { $0 / Float(depth).squareRoot() }
        return Linear(
            weights: try LinearWeights(rounding: parameter(weight, [columns, depth]), to: precision),
            bias: try parameter(numbers.next(columns), [columns]))
    }

    private func norm(_ numbers: inout Numbers, _ width: Int) throws -> LayerNorm {
        LayerNorm(
            weight: try parameter(numbers.next(width), [width]), bias: try parameter(numbers.next(width), [width]),
            epsilon: 1e-6)
    }

    /// Within what rounding to 8 bits of mantissa, or to 255 steps, explains.
    @Test(arguments: precisions, [(1, 64, 17), (13, 88, 176), (49, 257, 65), (300, 530, 40)])
    func areCloseToFloat32(precision: Precision, size: (rows: Int, depth: Int, columns: Int)) throws {
        let (rows, depth, columns) = size
        var numbers = Numbers(seed: 3)
        let (x, weight, bias) = (numbers.next(rows * depth), numbers.next(columns * depth), numbers.next(columns))
        let linear = Linear(
            weights: try LinearWeights(rounding: parameter(weight, [columns, depth]), to: precision),
            bias: try parameter(bias, [columns]))
        let expected = referenceLinear(x, weight: weight, bias: bias, rows: rows, depth: depth, columns: columns)
        for kernels in MatrixKernelSet.supported {
            let context = ComputeContext(threadCount: 2, kernels: kernels)
            let input = Tensor(x, shape: [rows, depth], in: context)
            #expect(relativeError(linear(input, in: context).array(), expected) < 0.01, "\(kernels)")
            let target = Tensor([Float](repeating: 1, count: rows * columns), shape: [rows, columns], in: context)
            linear.add(input, to: target, in: context)
            #expect(relativeError(target.array(), expected.map { $0 + 1 }) < 0.01, "\(kernels)")
        }
    }

    /// 48 rows and fewer are shared out by columns, more by rows.
    @Test(arguments: MatrixKernelSet.supported, precisions)
    func rowsDoNotDependOnTheirNeighbours(kernels: MatrixKernelSet, precision: Precision) throws {
        for (depth, columns) in [(88, 176), (1023, 77), (5, 1)] {
            var numbers = Numbers(seed: 4)
            let linear = try linear(&numbers, from: depth, to: columns, precision)
            let norm = try norm(&numbers, depth)
            let rows = (0..<300).map { _ in numbers.next(depth) }
            try expectSameRows(rows, kernels, "\(kernels), \(precision), \(depth)") { x, context in
                linear(x, normalizedBy: norm, activation: .gelu, in: context)
            }
        }
    }

    /// Layers of several precisions side by side, as attention takes them.
    @Test(arguments: MatrixKernelSet.supported, [true, false])
    func rowsOfGroupsDoNotDependOnTheirNeighbours(kernels: MatrixKernelSet, isLong: Bool) throws {
        for precisions in [[Precision.bfloat16, .bfloat16, .bfloat16], [.int8, .bfloat16, .int8], [.float32, .int8]] {
            var numbers = Numbers(seed: 5)
            let group = LinearGroup(try precisions.map { try linear(&numbers, from: 90, to: 66, $0) })
            let norm = try norm(&numbers, 90)
            let sizes = AttentionSizes(isLong ? .longSequences : .shortSequences, headCount: 11, headSize: 6)
            let rows = (0..<300).map { _ in numbers.next(90) }
            try expectSameRows(rows, kernels, "\(kernels), \(precisions)") { x, context in
                let found = group(x, normalizedBy: norm, for: sizes, in: context)
                #expect((found.format == .bfloat16) == (isLong && !precisions.contains(.float32)))
                let view = found.view(0..<group.layers.map(\.outputWidth).reduce(0, +))
                let values = (0..<x.rows).flatMap { row in
                    (0..<view.columns).map { column in
                        let place = view.pointer(row: row, column: column)
                        return view.format == .bfloat16
                            ? BFloat16.value(place.load(as: UInt16.self)) : place.load(as: Float.self)
                    }
                }
                // The view does not keep the projection.
                return Tensor(values, shape: [found.rows, view.columns], in: context)
            }
        }
    }

    /// With many rows each goes through both layers in one piece; with few, layer after layer. Odd widths leave pairs of
    /// bfloat16 numbers and groups of bytes incomplete.
    @Test(arguments: MatrixKernelSet.supported, [Precision.float32, .bfloat16, .int8])
    func rowsOfFeedForwardsDoNotDependOnTheirNeighbours(kernels: MatrixKernelSet, first: Precision) throws {
        let others = [Precision.float32, .bfloat16, .int8]
        for (second, gate) in others.map({ ($0, nil) }) + others.map({ ($0, first) }) {
            for (width, inner) in [(64, 256), (89, 131)] {
                var numbers = Numbers(seed: 6)
                let weight = try parameter(numbers.next(width), [width])
                let layer = FeedForward(
                    norm: gate == nil ? try norm(&numbers, width) : RMSNorm(weight: weight, offset: 1, epsilon: 1e-6),
                    gate: try gate.map { try linear(&numbers, from: width, to: inner, $0) },
                    input: try linear(&numbers, from: width, to: inner, first),
                    activation: gate == nil ? .gelu : .tanhGELU,
                    output: try linear(&numbers, from: inner, to: width, second))
                let rows = (0..<300).map { _ in numbers.next(width) }
                try expectSameRows(rows, kernels, "\(kernels), \(first), \(second), \(width)") { x, context in
                    let result = Tensor(x.array(), shape: x.shape, in: context)
                    layer(result, in: context)
                    return result
                }
            }
        }
    }

    /// x + W₂ (activation(Wg norm(x) + bg) · (W₁ norm(x) + b₁)) + b₂, in double precision.
    @Test(arguments: [Precision.float32, .bfloat16, .int8], [1, 60])
    func gatedFeedForwardIsCloseToReference(precision: Precision, rows: Int) throws {
        let (width, inner) = (90, 132)
        var numbers = Numbers(seed: 8)
        func weights(_ depth: Int, _ columns: Int) -> (weight: [Float], bias: [Float]) {
            (numbers.next(columns * depth).map { $0 / Float(depth).squareRoot() }, numbers.next(columns))
        }
        let (gate, input, output) = (weights(width, inner), weights(width, inner), weights(inner, width))
        let (x, norm) = (numbers.next(rows * width), numbers.next(width))
        func layer(_ part: (weight: [Float], bias: [Float]), _ depth: Int, _ columns: Int) throws -> Linear {
            let weight = try parameter(part.weight, [columns, depth])
            return Linear(
                weights: precision == .float32 ? .float32(weight) : try LinearWeights(rounding: weight, to: precision),
                bias: try parameter(part.bias, [columns]))
        }
        let feedForward = FeedForward(
            norm: RMSNorm(weight: try parameter(norm, [width]), offset: 1, epsilon: 1e-6),
            gate: try layer(gate, width, inner), input: try layer(input, width, inner), activation: .silu,
            output: try layer(output, inner, width))
        let normalized = (0..<rows).flatMap { row -> [Float] in
            let values = x[(row * width)..<((row + 1) * width)].map(Double.init)
            let factor = 1 / (values.reduce(0) { $0 + $1 * $1 } / Double(width) + 1e-6).squareRoot()
            return zip(values, norm).map { Float($0 * factor * (1 + Double($1))) }
        }
        func reference(_ x: [Float], _ part: (weight: [Float], bias: [Float]), _ depth: Int, _ columns: Int) -> [Double]
        {
            referenceLinear(x, weight: part.weight, bias: part.bias, rows: rows, depth: depth, columns: columns)
        }
        let gated = zip(reference(normalized, gate, width, inner), reference(normalized, input, width, inner)).map {
            Float($0 / (1 + exp(-$0)) * $1)
        }
        let expected = zip(x, reference(gated, output, inner, width)).map { Double($0) + $1 }
        for kernels in MatrixKernelSet.supported {
            let context = ComputeContext(threadCount: 2, kernels: kernels)
            let tensor = Tensor(x, shape: [rows, width], in: context)
            feedForward(tensor, in: context)
            let bound = precision == .float32 ? 1e-5 : 0.02
            #expect(relativeError(tensor.array(), expected) < bound, "\(kernels)")
        }
    }

    private func expectSameRows(
        _ rows: [[Float]], _ kernels: MatrixKernelSet, _ name: String,
        _ compute: (borrowing Tensor, ComputeContext) -> Tensor
    ) throws {
        let one = ComputeContext(threadCount: 1, kernels: kernels)
        let alone = rows.map { compute(Tensor($0, shape: [1, $0.count], in: one), one).array() }
        #expect(alone.allSatisfy { $0.allSatisfy(\.isFinite) } && Set(alone).count == rows.count, "\(name)")
        for (threads, count) in [(1, 2), (2, 7), (1, 48), (2, 48), (1, 49), (2, 49), (1, 300), (2, 300), (3, 257)] {
            let context = ComputeContext(threadCount: threads, kernels: kernels)
            let order = (0..<count).map { ($0 * 101 + count) % rows.count }
            let input = Tensor(order.flatMap { rows[$0] }, shape: [count, rows[0].count], in: context)
            let found = compute(input, context).array()
            expectEqual(
                found.bits, order.flatMap { alone[$0].bits }, "\(name): \(count) rows, \(threads) threads")
        }
    }

    /// A number that is not finite is seen in the results of its row.
    @Test(arguments: MatrixKernelSet.supported, precisions)
    func whatIsNotFiniteShows(kernels: MatrixKernelSet, precision: Precision) throws {
        var numbers = Numbers(seed: 7)
        let linear = try linear(&numbers, from: 90, to: 66, precision)
        let context = ComputeContext(threadCount: 2, kernels: kernels)
        for rows in [5, 100] {
            for value in [Float.nan, .infinity, -.infinity] {
                var x = numbers.next(rows * 90)
                x[4 * 90 + 33] = value
                let found = linear(Tensor(x, shape: [rows, 90], in: context), in: context).array()
                for row in 0..<rows {
                    #expect(found[(row * 66)..<((row + 1) * 66)].allSatisfy { $0.isFinite == (row != 4) })
                }
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4, 7])
    func partitionsCoverAllRowsOnce(multiple: Int) {
        for rows in 0...700 {
            let partition = RowPartition(rows: rows, limit: 48, multiple: multiple)
            var next = 0
            for index in 0..<partition.count {
                let piece = partition[index]
                #expect(piece.lowerBound == next && (!piece.isEmpty || rows == 0) && piece.count <= partition.largest)
                next = piece.upperBound
            }
            #expect(next == rows && partition.largest <= 48 || rows == 0)
        }
    }
}
