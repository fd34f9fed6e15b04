/// Products of two rows and two columns at a time, over eight bytes of each: what an instruction for matrices computes.
public protocol RowPairProducts {
    /// Whether an instruction set has them.
    static var isAvailable: Bool { get }

    /// Adds products of bytes to four sums, exactly.
    ///
    /// - Parameters:
    ///   - rows: `[2, 8]`, activations.
    ///   - columns: `[2, 8]`, weights.
    ///   - sums: `[2, 2]`, the columns of the first row first.
    static func multiplyAdd(_ rows: SIMD16<UInt8>, _ columns: SIMD16<Int8>, _ sums: SIMD4<Int32>) -> SIMD4<Int32>
}

/// For instruction sets that have none.
public enum NoRowPairs: RowPairProducts {
    @inlinable @inline(__always) public static var isAvailable: Bool { false }

    @inlinable @inline(__always)
    public static func multiplyAdd(
        _ rows: SIMD16<UInt8>, _ columns: SIMD16<Int8>, _ sums: SIMD4<Int32>
    ) -> SIMD4<Int32> { sums }
}

/// In plain code, which every processor can run: a test of what surrounds the instruction.
public enum SoftwareRowPairs: RowPairProducts {
    public static var isAvailable: Bool { true }

    public static func multiplyAdd(
        _ rows: SIMD16<UInt8>, _ columns: SIMD16<Int8>, _ sums: SIMD4<Int32>
    ) -> SIMD4<Int32> {
        var result = sums
        for row in 0..<2 {
            for column in 0..<2 {
                for k in 0..<8 { result[2 * row + column] += Int32(rows[8 * row + k]) * Int32(columns[8 * column + k]) }
            }
        }
        return result
    }
}
