import Testing

@testable import CaptionerTensorCore

/// Rounding and packing, compared with a plain reference that is written from docs/packed-models.md, byte by byte.
@Suite struct PackedFormatTests {
    static let sizes = [
        (columns: 1, depth: 1), (15, 3), (16, 4), (17, 5), (63, 8), (64, 64), (65, 7), (130, 31), (200, 130), (257, 33),
    ]

    @Test(arguments: sizes)
    func bytesAreRoundedAsDocumented(size: (columns: Int, depth: Int)) throws {
        let (columns, depth) = size
        let weight = Self.weight(columns, depth)
        let found = try StoredBytes(weight, columns: columns, depth: depth, precision: .int8)
        let padded = (columns + 15) / 16 * 16
        var expected = [UInt8](repeating: 0, count: padded * ((depth + 3) / 4 * 4))
        var scales = [Float](repeating: 0, count: padded)
        var sums = [Int32](repeating: 0, count: padded)
        for column in 0..<columns {
            let row = weight[(column * depth)..<((column + 1) * depth)]
            let scale = (row.map(abs).max() ?? 0) / 127
            scales[column] = scale
            for (k, value) in row.enumerated() where scale > 0 {
                let byte = Int32(min(max(value * (1 / scale), -127), 127).rounded(.toNearestOrEven))
                sums[column] += byte
                expected[Self.place(column, k, columns: padded, depth: depth, size: 1)] = UInt8(
                    truncatingIfNeeded: byte)
            }
        }
        #expect(found.panels == expected)
        #expect(found.scales?.map(\.bitPattern) == scales.map(\.bitPattern))
        #expect(found.sums == sums)
    }

    @Test(arguments: sizes)
    func halvesAreRoundedAsDocumented(size: (columns: Int, depth: Int)) throws {
        let (columns, depth) = size
        var weight = Self.weight(columns, depth)
        // Ties, which go to the even neighbour.
        weight[0] = Float(bitPattern: 0x3F80_8000)
        weight[weight.count - 1] = Float(bitPattern: 0xBF81_8000)
        let found = try StoredBytes(weight, columns: columns, depth: depth, precision: .bfloat16)
        let padded = (columns + 15) / 16 * 16
        var expected = [UInt8](repeating: 0, count: padded * ((depth + 1) / 2 * 4))
        for column in 0..<columns {
            for k in 0..<depth {
                let bits = Self.nearestHalf(weight[column * depth + k])
                let place = Self.place(column, k, columns: padded, depth: depth, size: 2)
                expected[place] = UInt8(bits & 0xFF)
                expected[place + 1] = UInt8(bits >> 8)
            }
        }
        #expect(found.panels == expected)
        #expect(found.scales == nil)
        #expect(found.sums == nil)
    }

    /// Weights of a row that float32 cannot divide by without leaving its normal numbers.
    @Test(arguments: [Float.leastNonzeroMagnitude, 0x1p-146, 0x1p-132, 1.1754944e-38, 3.6e-37, 3.8e-37, 1e-36])
    func subnormalRowsStaySmall(largest: Float) throws {
        let depth = 37
        var numbers = Numbers(seed: 11)
        var weight = numbers.next(2 * depth)
        for k in 0..<depth { weight[k] = largest * (k % 2 == 0 ? 1 : -0.5) }
        let found = try StoredBytes(weight, columns: 2, depth: depth, precision: .int8)
        let scale = try #require(found.scales?[0])
        #expect(scale.isFinite && scale <= largest / 127)
        for k in 0..<depth {
            let byte = Int8(bitPattern: found.panels[Self.place(0, k, columns: 16, depth: depth, size: 1)])
            // Rounded like any other row, or to nothing where the scale is below the normal numbers.
            let expected = scale >= .leastNormalMagnitude ? weight[k] / scale : 0
            #expect(abs(Float(byte) - expected) <= 0.501, "\(byte), expected \(expected)")
        }
        let context = ComputeContext(threadCount: 1)
        let linear = Linear(weights: .packed(found.weights), bias: nil)
        let result = linear(Tensor([Float](repeating: 1, count: depth), shape: [1, depth], in: context), in: context)
        #expect(abs(result.array()[0]) < 1e-34)
    }

    /// Rows of very different magnitudes, one of zeros, one with an outlier and with ties.
    private static func weight(_ columns: Int, _ depth: Int) -> [Float] {
        var numbers = Numbers(seed: UInt64(columns * 1009 + depth))
        var weight = numbers.next(columns * depth)
        for column in 0..<columns {
            for k in 0..<depth {
                let index = column * depth + k
                switch column % 5 {
                case 1: weight[index] *= 1e-6
                case 2: weight[index] = k == 0 ? 127 : Float(k) - 20.5
                case 3: weight[index] = 0
                case 4: weight[index] *= k == depth / 2 ? 60 : 1
                default: break
                }
            }
        }
        return weight
    }

    /// Where a number begins: panels of 64 columns, the last one narrower; in each, for every four bytes of the depth,
    /// four bytes of each column.
    private static func place(_ column: Int, _ k: Int, columns padded: Int, depth: Int, size: Int) -> Int {
        let perGroup = 4 / size
        let groups = (depth + perGroup - 1) / perGroup
        let panel = column / 64
        let width = min(64, padded - 64 * panel)
        return 4 * (64 * panel * groups + k / perGroup * width + column % 64) + k % perGroup * size
    }

    /// By comparing with both neighbours, in double precision.
    private static func nearestHalf(_ value: Float) -> UInt16 {
        let below = UInt16(value.bitPattern >> 16)
        let (low, high) = (Float(bitPattern: UInt32(below) << 16), Float(bitPattern: UInt32(below + 1) << 16))
        let (toLow, toHigh) = (abs(Double(value) - Double(low)), abs(Double(high) - Double(value)))
        return toLow < toHigh || toLow == toHigh && below % 2 == 0 ? below : below + 1
    }
}

/// Packed weights and copies of what they hold.
private struct StoredBytes {
    let weights: PackedWeights
    let panels: [UInt8]
    let scales: [Float]?
    let sums: [Int32]?

    init(_ weight: [Float], columns: Int, depth: Int, precision: Precision) throws {
        weights = try PackedWeights(columns: columns, depth: depth, precision: precision) { rows, target in
            for (index, value) in weight[(rows.lowerBound * depth)..<(rows.upperBound * depth)].enumerated() {
                target[index] = value
            }
        }
        var parts: [[UInt8]] = []
        weights.withStoredBytes { parts.append(Array($0)) }
        panels = parts[0]
        scales = parts.count > 1 ? parts[1].withUnsafeBytes { Array($0.bindMemory(to: Float.self)) } : nil
        sums = parts.count > 2 ? parts[2].withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) } : nil
    }
}
