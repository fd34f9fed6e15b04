import CaptionerKernels
import CaptionerTensorCore
import Foundation
import Testing

/// Every kernel set that this processor can run.
@Suite struct MatrixKernelTests {
    /// The kernels of this package for float32 that this processor can run; `portable` leaves those to a library, if there
    /// is one.
    static let ownKernels = MatrixKernelSet.supported.filter { $0 != .portable } + [.portableWithoutBLAS]
    /// K with every remainder by 16, and with one piece, two and three of the depth.
    static let depths = Array(1...40) + [588, 768, 769, 1023, 1408, 1540]
    /// Rows and columns with every remainder by the sizes of tiles, some past the sizes of blocks.
    static let sizes = [
        (1, 1), (1, 5), (2, 3), (3, 4), (4, 7), (5, 8), (6, 6), (7, 9), (8, 4), (9, 13), (11, 50), (17, 49), (49, 51),
        (53, 401),
    ]

    @Test(arguments: ownKernels)
    func equalScalarReferenceBitForBit(kernels: MatrixKernelSet) throws {
        for (index, depth) in Self.depths.enumerated() {
            let sizes = depth <= 40 ? [Self.sizes[index % Self.sizes.count], (7, 6), (50, 5)] : Self.sizes
            for (rows, columns) in sizes {
                try compare(kernels, rows: rows, depth: depth, columns: columns)
            }
        }
    }

    /// Many rows of large K are computed lane by lane: K with remainders by 16, and of one piece or several of the panel; columns
    /// of a whole panel, of one vector, and less; rows past those whose sums are in memory together, and past those in order.
    @Test(arguments: ownKernels, [1024, 1025, 1408, 2047, 4100])
    func manyRowsEqualScalarReference(kernels: MatrixKernelSet, depth: Int) throws {
        for (rows, columns) in [(128, 16), (129, 5), (133, 64), (141, 131), (271, 77)] {
            try compare(kernels, rows: rows, depth: depth, columns: columns)
        }
        try compare(kernels, rows: 1059, depth: depth, columns: 3)
    }

    private func compare(_ kernels: MatrixKernelSet, rows: Int, depth: Int, columns: Int) throws {
        var numbers = Numbers(seed: UInt64(rows * 1_000_003 + depth * 1009 + columns))
        let x = numbers.next(rows * depth)
        let weight = try parameter(numbers.next(columns * depth), [columns, depth])
        let residual = numbers.next(rows * columns)
        let context = ComputeContext(threadCount: 2, kernels: kernels)
        let linear = Linear(weight: weight, bias: nil)
        let input = Tensor(x, shape: [rows, depth], in: context)
        let target = Tensor(residual, shape: [rows, columns], in: context)
        linear.add(input, to: target, in: context)

        for (found, start) in [
            (linear(input, in: context).array(), nil), (target.array(), residual),
        ] {
            var expected = start ?? [Float](repeating: 0, count: rows * columns)
            x.withUnsafeBufferPointer { x in
                expected.withUnsafeMutableBufferPointer { expected in
                    MatrixBlock(
                        x: x.baseAddress!, rows: rows, weights: weight.pointer, columns: columns, depth: depth,
                        target: expected.baseAddress!, stride: columns, accumulating: start != nil
                    ).multiplyScalars(kernels.arithmetic)
                }
            }
            #expect(
                found.map(\.bitPattern) == expected.map(\.bitPattern),
                "[\(rows), \(depth)] times [\(columns), \(depth)]")
        }
    }

    /// Weights in a mapped file start anywhere.
    @Test(arguments: MatrixKernelSet.supported, [9, 131])
    func theAddressOfTheWeightsDoesNotMatter(kernels: MatrixKernelSet, rows: Int) throws {
        let (depth, columns) = (1100, 66)
        var numbers = Numbers(seed: 4)
        let (x, weight) = (numbers.next(rows * depth), numbers.next(columns * depth))
        let context = ComputeContext(threadCount: 1, kernels: kernels)
        let results = try [0, 1, 2, 15].map { offset in
            let memory = try parameter([Float](repeating: .nan, count: offset) + weight, [offset + weight.count])
            let moved = Parameter(
                shape: [columns, depth], borrowing: memory.pointer + offset, owner: Owner(memory))
            return Linear(weight: moved, bias: nil)(Tensor(x, shape: [rows, depth], in: context), in: context).array()
        }
        for result in results { #expect(result == results[0]) }
    }

    private final class Owner: Sendable {
        private let memory: Parameter
        init(_ memory: Parameter) { self.memory = memory }
    }

    /// A row's result is the same bits alone and among any others, at any place, with any number of threads. The sizes
    /// are those of layers, one odd.
    @Test(arguments: MatrixKernelSet.supported, [(1408, 330), (2560, 64), (1023, 77), (588, 150)])
    func rowsDoNotDependOnTheirNeighbours(kernels: MatrixKernelSet, size: (depth: Int, columns: Int)) throws {
        let (depth, columns) = size
        var numbers = Numbers(seed: 8)
        let linear = Linear(
            weight: try parameter(numbers.next(columns * depth), [columns, depth]),
            bias: try parameter(numbers.next(columns), [columns]))
        let rows = (0..<257).map { _ in numbers.next(depth) }
        let one = ComputeContext(threadCount: 1, kernels: kernels)
        let alone = rows.map { linear(Tensor($0, shape: [1, depth], in: one), activation: .gelu, in: one).array() }
        for threads in [1, 2] {
            let context = ComputeContext(threadCount: threads, kernels: kernels)
            for count in [2, 3, 7, 16, 33, 257] {
                // Another order for each count, so that rows meet other neighbours at other places.
                let order = (0..<count).map { ($0 * 101 + count) % 257 }
                let input = Tensor(order.flatMap { rows[$0] }, shape: [count, depth], in: context)
                let found = linear(input, activation: .gelu, in: context).array()
                for (place, row) in order.enumerated() {
                    let part = found[(place * columns)..<((place + 1) * columns)]
                    #expect(part.elementsEqual(alone[row]), "row \(place) of \(count), \(threads) threads")
                }
            }
        }
    }

    @Test func theEnvironmentChooses() throws {
        for kernels in MatrixKernelSet.supported {
            let environment = ["CAPTIONER_KERNELS": kernels.name]
            #expect(try MatrixKernelSet.chosen(environment: environment) == kernels)
        }
        #expect(try MatrixKernelSet.chosen(environment: [:]) == MatrixKernelSet.supported[0])
        #expect(try MatrixKernelSet.chosen(environment: ["CAPTIONER_KERNELS": ""]) == MatrixKernelSet.supported[0])
        let usable = MatrixKernelSet.supported.map(\.name)
        let error = TensorError.unusableKernels(asker: "CAPTIONER_KERNELS", name: "sse9", usable: usable)
        #expect(throws: error) { try MatrixKernelSet.chosen(environment: ["CAPTIONER_KERNELS": "sse9"]) }
        #expect("\(error)".hasPrefix("CAPTIONER_KERNELS is sse9, and this machine has: "))
    }

    /// A name that is given comes before the environment's.
    @Test func aNameChooses() throws {
        let environment = ["CAPTIONER_KERNELS": "sse9"]
        for kernels in MatrixKernelSet.supported {
            #expect(try MatrixKernelSet.chosen(name: kernels.name, environment: environment) == kernels)
        }
        let error = #expect(throws: TensorError.self) {
            try MatrixKernelSet.chosen(name: "sse9", environment: ["CAPTIONER_KERNELS": "portable"])
        }
        #expect("\(try #require(error))".hasPrefix("the option for kernels is sse9, and this machine has: "))
    }
}
