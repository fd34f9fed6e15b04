/// Twelve independent multiply-adds of vectors, `rounds` times: what a processor can do at most.
/// - Returns: a number that depends on all of them, so that none is left out.
@inlinable @inline(__always)
public func multiplyAdds<I: VectorInstructions>(_: I.Type, rounds: Int) -> Float {
    // From memory, so that the compiler does not know the values.
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 16) { memory in
        memory.initialize(repeating: 0.5)
        guard let floats = memory.baseAddress else { return 0 }
        let factor = I.load(UnsafePointer(floats))
        var sums = InlineArray<12, I.Vector>(repeating: I.zero)
        var round = 0
        while round < rounds {
            var index = 0
            while index < 12 {
                sums[unchecked: index] = I.multiplyAdd(sums[unchecked: index], factor, factor)
                index &+= 1
            }
            round &+= 1
        }
        var total = I.zero
        var index = 0
        while index < 12 {
            total = I.multiplyAdd(sums[unchecked: index], factor, total)
            index &+= 1
        }
        UnsafeMutableRawPointer(floats).storeBytes(of: total, as: I.Vector.self)
        return floats[0]
    }
}
