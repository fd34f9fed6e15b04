extension RowBlock {
    /// Quantizes a row to bytes from 0 to 255, less `byteOffset`, whose range includes all numbers of the row and zero. How
    /// `scale` and `zeroPoint` are rounded is part of the definition.
    @inlinable @inline(__always)
    static func quantize<V: FloatVectors>(
        _: V.Type, _ source: UnsafePointer<Float>, into target: UnsafeMutableRawPointer, count: Int
    ) -> RowQuantization {
        let lanes = V.laneCount
        // Two accumulators of each, to shorten the dependency chain.
        var (low, high, probe) = (V.zero, V.zero, V.zero)
        var (otherLow, otherHigh, otherProbe) = (V.zero, V.zero, V.zero)
        var index = 0
        while index &+ 2 &* lanes <= count {
            let (vector, other) = (V.load(source + index), V.load(source + (index &+ lanes)))
            low = V.minimum(low, vector)
            high = V.maximum(high, vector)
            // NaN from the first NaN or infinity on, which minimum and maximum may pass over.
            probe = V.multiplyAdd(vector, V.zero, probe)
            otherLow = V.minimum(otherLow, other)
            otherHigh = V.maximum(otherHigh, other)
            otherProbe = V.multiplyAdd(other, V.zero, otherProbe)
            index &+= 2 &* lanes
        }
        while index < count {
            // The zeros that pad the last vector are within the range anyway.
            let vector = V.load(source + index, count: count &- index)
            low = V.minimum(low, vector)
            high = V.maximum(high, vector)
            probe = V.multiplyAdd(vector, V.zero, probe)
            index &+= lanes
        }
        low = V.minimum(low, otherLow)
        high = V.maximum(high, otherHigh)
        probe = V.add(probe, otherProbe)
        let (smallest, largest) = (V.minimum(of: low), V.maximum(of: high))
        let scale = (largest - smallest) / 255
        // The reciprocal of a subnormal scale could be infinite. Such a row counts as zeros.
        let inverse = scale >= .leastNormalMagnitude ? 1 / scale : 0
        let zeroPoint = (-smallest * inverse).rounded(.toNearestOrEven)
        let bytes = target.assumingMemoryBound(to: UInt8.self)
        let (factor, offset) = (V.broadcast(inverse), V.broadcast(zeroPoint))
        index = 0
        while index &+ lanes <= count {
            let vector = V.multiplyAdd(V.load(source + index), factor, offset)
            V.storeBytes(V.rounded(vector), to: bytes + index, count: lanes)
            index &+= lanes
        }
        if index < count {
            let vector = V.multiplyAdd(V.load(source + index, count: count &- index), factor, offset)
            V.storeBytes(V.rounded(vector), to: bytes + index, count: count &- index)
        }
        index = count
        while index & 3 != 0 {
            bytes[index] = 0
            index &+= 1
        }
        guard V.sum(probe) == 0, zeroPoint >= 0, zeroPoint <= 255 else {
            return RowQuantization(scale: .nan, zeroPoint: 0)
        }
        return RowQuantization(scale: scale, zeroPoint: Int32(zeroPoint) &- V.byteOffset)
    }
}
