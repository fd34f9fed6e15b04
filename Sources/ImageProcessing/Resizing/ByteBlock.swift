/// 16 x 16 bytes.
enum ByteBlock {
    static let side = 16

    /// Writes columns as rows.
    /// - Parameters:
    ///   - source: 16 bytes of each of 16 rows.
    ///   - sourceStride: from one row to the next.
    ///   - target: the same, for what were columns.
    @inline(__always)
    static func transpose(
        _ source: UnsafeRawPointer, sourceStride: Int, into target: UnsafeMutableRawPointer, targetStride: Int
    ) {
        withUnsafeTemporaryAllocation(of: SIMD16<UInt8>.self, capacity: 2 * side) { rows in
            guard let near = rows.baseAddress else { return }
            let far = near + side
            for row in 0..<side {
                near[row] = (source + row &* sourceStride).loadUnaligned(as: SIMD16<UInt8>.self)
            }
            // A byte has a number of 8 bits, its row above its column. Each round rotates that number right by one bit, so that after
            // four of them row and column have changed places.
            unshuffle(near, into: far)
            unshuffle(far, into: near)
            unshuffle(near, into: far)
            unshuffle(far, into: near)
            for row in 0..<side {
                (target + row &* targetStride).storeBytes(of: near[row], as: SIMD16<UInt8>.self)
            }
        }
    }

    /// Bytes with even numbers before those with odd ones.
    @inline(__always)
    private static func unshuffle(
        _ source: UnsafeMutablePointer<SIMD16<UInt8>>, into target: UnsafeMutablePointer<SIMD16<UInt8>>
    ) {
        for row in 0..<side / 2 {
            let two = SIMD32(lowHalf: source[2 * row], highHalf: source[2 * row + 1])
            target[row] = two.evenHalf
            target[row + side / 2] = two.oddHalf
        }
    }
}
