extension RowBlock {
    /// The rows in plain scalar code: what all kernels compute, bit for bit.
    public func transformScalars(_ arithmetic: ScalarArithmetic) {
        for row in 0..<rows {
            let x = (0..<columns).map { source[row * sourceStride + $0] }
            let gated = gates.map { gates in x.enumerated().map { $1 * gates[row * sourceStride + $0] } } ?? x
            let values = normalization.map { Self.normalized(x, by: $0, arithmetic) } ?? gated
            let place = target + row * targetStride
            switch format {
            case .float32:
                for (k, value) in values.enumerated() {
                    place.storeBytes(of: value, toByteOffset: 4 * k, as: Float.self)
                }
            case .bfloat16:
                let padding = [Float](repeating: 0, count: columns % 2)
                for (k, value) in (values + padding).enumerated() {
                    place.storeBytes(of: BFloat16.bits(value), toByteOffset: 2 * k, as: UInt16.self)
                }
            case .int8:
                quantizations?[row] = Self.quantized(values, into: place, arithmetic)
            }
        }
    }

    private static func normalized(_ x: [Float], by norm: Normalization, _ arithmetic: ScalarArithmetic) -> [Float] {
        guard let bias = norm.bias else {
            let factor = 1 / (meanSquare(x, arithmetic) + norm.epsilon).squareRoot()
            return x.enumerated().map { $1 * factor * (norm.weight[$0] + norm.weightOffset) }
        }
        let mean = sum(x, arithmetic) { $1 + $0 } / Float(x.count)
        let centred = x.map { $0 - mean }
        let factor = 1 / (meanSquare(centred, arithmetic) + norm.epsilon).squareRoot()
        return centred.enumerated().map { arithmetic.multiplyAdd($1 * factor, norm.weight[$0], bias[$0]) }
    }

    private static func meanSquare(_ x: [Float], _ arithmetic: ScalarArithmetic) -> Float {
        // The floats that fill no vector are rounded twice.
        let whole = x.count / arithmetic.lanes * arithmetic.lanes
        let squares = x.enumerated().map { $0 < whole ? $1 : $1 * $1 }
        return sum(squares, arithmetic) { arithmetic.multiplyAdd($0, $0, $1) } / Float(x.count)
    }

    /// Four vectors of partial sums, those in order, then their lanes, then the floats that fill no vector.
    private static func sum(
        _ x: [Float], _ arithmetic: ScalarArithmetic, adding: (_ value: Float, _ sum: Float) -> Float
    ) -> Float {
        let lanes = arithmetic.lanes
        let whole = x.count / lanes * lanes
        var sums = [Float](repeating: 0, count: 4 * lanes)
        for k in 0..<whole { sums[k % (4 * lanes)] = adding(x[k], sums[k % (4 * lanes)]) }
        let one = (0..<lanes).map { lane -> Float in
            let (early, late) = (sums[lane] + sums[lane + lanes], sums[lane + 2 * lanes] + sums[lane + 3 * lanes])
            return early + late
        }
        return x[whole...].reduce(arithmetic.sum(one), +)
    }

    private static func quantized(
        _ x: [Float], into target: UnsafeMutableRawPointer, _ arithmetic: ScalarArithmetic
    ) -> RowQuantization {
        for k in x.count..<((x.count + 3) / 4 * 4) { target.storeBytes(of: 0, toByteOffset: k, as: UInt8.self) }
        guard x.allSatisfy({ $0.isFinite }) else { return RowQuantization(scale: .nan, zeroPoint: 0) }
        let (smallest, largest) = (min(x.min() ?? 0, 0), max(x.max() ?? 0, 0))
        let scale = (largest - smallest) / 255
        let inverse = scale >= .leastNormalMagnitude ? 1 / scale : 0
        let zeroPoint = (-smallest * inverse).rounded(.toNearestOrEven)
        guard zeroPoint <= 255 else { return RowQuantization(scale: .nan, zeroPoint: 0) }
        for (k, value) in x.enumerated() {
            let byte = arithmetic.multiplyAdd(value, inverse, zeroPoint).rounded(.toNearestOrEven)
            let stored = Int32(min(max(byte, 0), 255)) - arithmetic.byteOffset
            target.storeBytes(of: UInt8(truncatingIfNeeded: stored), toByteOffset: k, as: UInt8.self)
        }
        return RowQuantization(scale: scale, zeroPoint: Int32(zeroPoint) - arithmetic.byteOffset)
    }
}
