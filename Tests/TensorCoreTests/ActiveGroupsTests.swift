import CaptionerKernels
import Foundation
import Testing

@testable import CaptionerTensorCore

/// Products that leave out groups of zeros: the same bits as with them.
@Suite struct ActiveGroupsTests {
    static let precisions = [Precision.bfloat16, .int8]

    /// What a ReLU leaves.
    /// - Parameters:
    ///   - zeros: the percentage of zeros.
    ///   - isShared: whether they are at the same places in each row.
    private func activations(rows: Int, depth: Int, zeros: Int, isShared: Bool) -> [Float] {
        var (numbers, places) = (Numbers(seed: UInt64(rows + depth)), Numbers(seed: 11))
        let shared = (0..<depth).map { _ in places.next() }
        return (0..<(rows * depth)).map { index in
            let place = isShared ? shared[index % depth] : places.next()
            return (place + 1) * 50 < Float(zeros) ? 0 : abs(numbers.next())
        }
    }

    @Test(arguments: MatrixKernelSet.supported + MatrixKernelSet.forTests, precisions)
    func resultsAreThoseOfAllGroups(kernels: MatrixKernelSet, precision: Precision) throws {
        // 1300 columns are two panels in each task of two threads.
        for (depth, columns) in [(256, 1300), (501, 77), (64, 16), (2560, 129)] {
            var numbers = Numbers(seed: 3)
            let weight = try parameter(numbers.next(columns * depth), [columns, depth])
            let bias = columns == 77 ? nil : try parameter(numbers.next(columns), [columns])
            let layer = Linear(weights: try LinearWeights(rounding: weight, to: precision), bias: bias)
            for rows in [1, 2, 3, 4, 5, 6, 7, 11, 16] {
                for (zeros, isShared) in [(0, true), (60, false), (90, true), (97, false), (97, true), (100, true)] {
                    let context = ComputeContext(threadCount: 2, kernels: kernels)
                    let x = Tensor(
                        activations(rows: rows, depth: depth, zeros: zeros, isShared: isShared), shape: [rows, depth],
                        in: context)
                    let start = numbers.next(rows * columns)
                    let all = Tensor(start, shape: [rows, columns], in: context)
                    let active = Tensor(start, shape: [rows, columns], in: context)
                    layer.add(x, to: all, in: context)
                    layer.add(x, to: active, expectsZeros: true, in: context)
                    let isSame = all.array().map(\.bitPattern) == active.array().map(\.bitPattern)
                    #expect(
                        isSame,
                        "\(kernels), \(precision), [\(rows), \(depth)] times \(columns), \(zeros) % zeros")
                }
            }
        }
    }

    /// Sums of numbers so small that they are lost, whose zeros may have either sign.
    @Test(arguments: MatrixKernelSet.supported + MatrixKernelSet.forTests, [1e-18, 1e-19, 3e-20] as [Float])
    func tinyResultsAreThoseOfAllGroups(kernels: MatrixKernelSet, size: Float) throws {
        let (rows, depth, columns) = (3, 200, 70)
        var numbers = Numbers(seed: 5)
        let weight = try parameter(numbers.next(columns * depth).map { $0 * 1e-18 }, [columns, depth])
        let context = ComputeContext(threadCount: 2, kernels: kernels)
        let x = Tensor(
            activations(rows: rows, depth: depth, zeros: 90, isShared: true).map { $0 * size }, shape: [rows, depth],
            in: context)
        for bias in [nil, try parameter([Float](repeating: 0, count: columns), [columns])] {
            let layer = Linear(weights: try LinearWeights(rounding: weight, to: .bfloat16), bias: bias)
            let all = Tensor([Float](repeating: 0, count: rows * columns), shape: [rows, columns], in: context)
            let active = Tensor([Float](repeating: 0, count: rows * columns), shape: [rows, columns], in: context)
            layer.add(x, to: all, in: context)
            layer.add(x, to: active, expectsZeros: true, in: context)
            #expect(all.array().map(\.bitPattern) == active.array().map(\.bitPattern), "\(kernels), \(size)")
        }
    }

    /// The rows that are left are the groups of the list, in order; a row without zeros stays as it is.
    @Test(arguments: precisions, [1, 3])
    func rowsConsistOfActiveGroups(precision: Precision, rows: Int) throws {
        let depth = 203
        let format = precision.format
        let kernels = MatrixKernelSet.portable
        let context = ComputeContext(threadCount: 1, kernels: kernels)
        for (zeros, isFound) in [(0, false), (96, true), (100, true)] {
            let x = activations(rows: rows, depth: depth, zeros: zeros, isShared: true)
            let bytes = RowBuffer.byteCount(rowCount: rows, depth: depth, format: format)
            let activeBytes = RowBuffer.activeBytes(depth: depth, format: format)
            context.cache.withScratch(byteCount: bytes + activeBytes + 4 * depth) { memory in
                let buffer = RowBuffer(memory, rowCount: rows, depth: depth, format: format)
                x.withUnsafeBufferPointer { floats in
                    guard let start = floats.baseAddress else { return }
                    buffer.fill(
                        from: start, stride: depth, count: rows, normalizedBy: nil,
                        scratch: memory + bytes + activeBytes, kernels: kernels.kernels)
                }
                func words(_ row: Int) -> [UInt32] {
                    (0..<format.groups(depth: depth)).map {
                        (buffer.rows + row * buffer.stride).load(fromByteOffset: 4 * $0, as: UInt32.self)
                    }
                }
                let before = (0..<rows).map(words)
                let active = buffer.compact(count: rows, memory: memory + bytes)
                #expect((active != nil) == isFound)
                let expected =
                    isFound
                    ? before[0].indices.filter { group in before.contains { $0[group] != 0 } }
                    : Array(before[0].indices)
                if let active {
                    #expect((0..<active.count).map { Int(active.indices[$0]) } == expected)
                    #expect(zeros < 100 || active.count == 0)
                }
                for row in 0..<rows {
                    #expect(Array(words(row).prefix(expected.count)) == expected.map { before[row][$0] })
                }
            }
        }
    }
}
