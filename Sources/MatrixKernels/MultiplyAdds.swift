/// Twelve independent multiply-adds of vectors, `rounds` times: what a processor can do at most.
/// - Returns: how many products and sums those are.
@inlinable @inline(__always)
public func multiplyAdds<A: PanelArithmetic>(_: A.Type, _ format: PanelFormat, rounds: Int) -> Int {
    // Through memory, so that the compiler neither knows the numbers nor leaves out what nobody reads.
    withUnsafeTemporaryAllocation(byteCount: 12 * 64, alignment: 64) { memory in
        guard let base = memory.baseAddress else { return 0 }
        memory.initializeMemory(as: UInt8.self, repeating: 1)
        let activations = A.activations(UnsafeRawPointer(base))
        let weights = A.weights(UnsafeRawPointer(base))
        var sums = InlineArray<12, A.Sum>(repeating: A.zero)
        var round = 0
        while round < rounds {
            var index = 0
            while index < 12 {
                sums[unchecked: index] = A.multiplyAdd(activations, weights, sums[unchecked: index])
                index &+= 1
            }
            round &+= 1
        }
        var index = 0
        while index < 12 {
            (base + index &* 64).storeBytes(of: sums[unchecked: index], as: A.Sum.self)
            index &+= 1
        }
        return rounds &* 12 &* A.Vectors.laneCount &* format.groupDepth &* 2
    }
}
