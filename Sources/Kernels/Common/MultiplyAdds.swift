public import CaptionerIntrinsics

/// Six rows times two vectors of weights from the first-level cache, `rounds` times, as a tile does it: the peak of a
/// processor.
/// - Returns: how many products and sums those are.
@inlinable @inline(__always)
public func multiplyAdds<A: PanelArithmetic>(_: A.Type, _ format: PanelFormat, rounds: Int) -> Int {
    withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 64) { memory in
        guard let base = memory.baseAddress else { return 0 }
        memory.initializeMemory(as: UInt8.self, repeating: 1)
        if A.RowPairs.isAvailable { return rowPairMultiplyAdds(A.RowPairs.self, base, rounds: rounds) }
        let lanes = A.Vectors.laneCount
        var sums = InlineArray<12, A.Sum>(repeating: A.zero)
        var round = 0
        while round < rounds {
            // Read anew each time, so that no product is worth keeping.
            let source = UnsafeRawPointer(base) + (round & 1) &* 512
            addRound(A.self, source, part: 0, to: &sums)
            if A.partCount > 1 { addRound(A.self, captioner_same(source), part: 1, to: &sums) }
            round &+= 1
        }
        // The answer depends on every sum, so that none is left out: a byte of 255 in all of them would be needed.
        var common: UInt8 = .max
        var index = 0
        while index < 12 {
            base.storeBytes(of: sums[unchecked: index], as: A.Sum.self)
            common &= memory[0]
            index &+= 1
        }
        return rounds &* 12 &* lanes &* format.groupDepth &* 2 &+ (common == .max ? 1 : 0)
    }
}

/// A round, or a part of it.
@inlinable @inline(__always)
func addRound<A: PanelArithmetic>(
    _: A.Type, _ source: UnsafeRawPointer, part: Int, to sums: inout InlineArray<12, A.Sum>
) {
    let weights = (A.weights(source, part: part), A.weights(source + A.Vectors.laneCount &* 4, part: part))
    var row = 0
    while row < 6 {
        let activations = A.activations(source + (256 &+ row &* 4))
        sums[unchecked: 2 &* row] = A.multiplyAdd(activations, weights.0, sums[unchecked: 2 &* row])
        sums[unchecked: 2 &* row &+ 1] = A.multiplyAdd(activations, weights.1, sums[unchecked: 2 &* row &+ 1])
        row &+= 1
    }
}

/// The same by products of two rows and two columns: three of the one times four of the other.
@inlinable @inline(__always)
func rowPairMultiplyAdds<P: RowPairProducts>(_: P.Type, _ base: UnsafeMutableRawPointer, rounds: Int) -> Int {
    var sums = InlineArray<12, SIMD4<Int32>>(repeating: SIMD4())
    var round = 0
    while round < rounds {
        let source = UnsafeRawPointer(base) + (round & 1) &* 512
        var index = 0
        while index < 12 {
            sums[unchecked: index] = P.multiplyAdd(
                (source + index / 4 &* 16).load(as: SIMD16<UInt8>.self),
                (source + (256 &+ index % 4 &* 16)).load(as: SIMD16<Int8>.self), sums[unchecked: index])
            index &+= 1
        }
        round &+= 1
    }
    var common: UInt8 = .max
    var index = 0
    while index < 12 {
        base.storeBytes(of: sums[unchecked: index], as: SIMD4<Int32>.self)
        common &= base.load(as: UInt8.self)
        index &+= 1
    }
    return rounds &* 12 &* 32 &* 2 &+ (common == .max ? 1 : 0)
}
