import CaptionerKernels
import CaptionerTensorCore
import Testing

/// How weights are rounded and where they lie.
@Suite struct PackedWeightsTests {
    static let sizes = [(1, 1), (15, 3), (16, 4), (17, 5), (64, 63), (65, 88), (176, 257), (257, 9)]

    private func packed(_ weight: [Float], columns: Int, _ precision: Precision) throws -> PackedWeights {
        let depth = weight.count / columns
        return try PackedWeights(columns: columns, depth: depth, precision: precision) { rows, target in
            for (index, value) in weight[(rows.lowerBound * depth)..<(rows.upperBound * depth)].enumerated() {
                target[index] = value
            }
        }
    }

    @Test(arguments: sizes)
    func bfloat16NumbersLieWhereTheFormatSays(columns: Int, depth: Int) throws {
        var numbers = Numbers(seed: 1)
        let weight = numbers.next(columns * depth)
        let packed = try packed(weight, columns: columns, .bfloat16)
        var expected = [UInt16](repeating: 0, count: packed.byteCount / 2)
        for column in 0..<columns {
            for k in 0..<depth {
                let place = PanelFormat.bfloat16.offset(column: column, k: k, columns: columns, depth: depth)
                expected[place / 2] = BFloat16.bits(weight[column * depth + k])
            }
        }
        let found = withExtendedLifetime(packed) {
            Array(UnsafeRawBufferPointer(start: packed.panels, count: packed.byteCount).bindMemory(to: UInt16.self))
        }
        expectEqual(found, expected, "[\(columns), \(depth)]")
        #expect(packed.scales == nil && packed.columnSums == nil)
    }

    /// Each column's largest magnitude becomes 127, and every number is off by half a step at most.
    @Test(arguments: sizes)
    func bytesLieWhereTheFormatSays(columns: Int, depth: Int) throws {
        var numbers = Numbers(seed: 2)
        let weight = numbers.next(columns * depth)
        let packed = try packed(weight, columns: columns, .int8)
        defer { withExtendedLifetime(packed) {} }
        let scales = try #require(packed.scales)
        let sums = try #require(packed.columnSums)
        var bytes = Array(UnsafeRawBufferPointer(start: packed.panels, count: packed.byteCount)).map(
            Int8.init(bitPattern:))
        for column in 0..<columns {
            let values = weight[(column * depth)..<((column + 1) * depth)]
            #expect(scales[column] == values.map(abs).max().map { $0 / 127 })
            var (largest, sum) = (0, 0)
            for (k, value) in values.enumerated() {
                let place = PanelFormat.int8.offset(column: column, k: k, columns: columns, depth: depth)
                #expect(abs(Float(bytes[place]) * scales[column] - value) <= 0.50001 * scales[column])
                (largest, sum) = (max(largest, abs(Int(bytes[place]))), sum + Int(bytes[place]))
                bytes[place] = 0
            }
            #expect(largest == 127)
            #expect(Int(sums[column]) == sum)
        }
        // What is left fills up groups and panels.
        #expect(bytes.allSatisfy { $0 == 0 })
        for column in columns..<PanelFormat.paddedColumns(columns) {
            #expect(scales[column] == 0 && sums[column] == 0)
        }
    }

    @Test func columnsOfZerosGiveZeros() throws {
        let packed = try packed([0, 0, 0, 1, -2, 3, -0.0, 0, 0], columns: 3, .int8)
        #expect(packed.scales?[0] == 0 && packed.scales?[2] == 0 && packed.columnSums?[1] == Int32(42 - 85 + 127))
        let linear = Linear(weights: .packed(packed), bias: try parameter([5, 6, 7], [3]))
        let context = ComputeContext(threadCount: 1)
        let found = linear(Tensor([1, 2, 3], shape: [1, 3], in: context), in: context).array()
        #expect(found[0] == 5 && found[2] == 7 && abs(found[1] - (6 + 1 - 4 + 9)) < 0.1)
    }

    /// One over the scale of such a column would be infinite, and infinity times zero is no number.
    @Test(arguments: [Float(0x1p-149), 0x1p-133, 1e-37, 1e-36, -1e-37])
    func tinyColumnsAreFinite(value: Float) throws {
        let packed = try packed([value, 0, value / 2, 1, 2, 3], columns: 2, .int8)
        let linear = Linear(weights: .packed(packed), bias: nil)
        let context = ComputeContext(threadCount: 1)
        let found = linear(Tensor([1, -1, 2], shape: [1, 3], in: context), in: context).array()
        #expect(abs(found[0]) < 1e-34)
        #expect(abs(found[1] - 5) < 0.1)
    }

    /// Also a number that only rounding makes infinite.
    @Test(arguments: [Precision.bfloat16, .int8], [Float.nan, .infinity, -.infinity])
    func whatIsNotFiniteIsRefused(precision: Precision, value: Float) throws {
        for place in [0, 64 * 5 + 2, 129 * 5] {
            var weight = [Float](repeating: 0.5, count: 130 * 5)
            weight[place] = value
            #expect(throws: TensorError.notFinite) { try packed(weight, columns: 130, precision) }
        }
        #expect(throws: TensorError.notFinite) { try packed([.greatestFiniteMagnitude], columns: 1, .bfloat16) }
        #expect(throws: Never.self) { try packed([.greatestFiniteMagnitude, 0], columns: 1, .int8) }
    }
}
