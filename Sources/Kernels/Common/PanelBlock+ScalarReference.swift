extension PanelBlock {
    /// The block in plain scalar code, an element after the other: what all kernels compute, bit for bit. Only bfloat16
    /// instructions differ, for numbers too small to be normal.
    public func multiplyScalars(_ arithmetic: ScalarArithmetic) {
        for column in range {
            let places = (0..<format.groups(depth: depth) * format.groupDepth).map {
                format.offset(column: column, k: $0, columns: columns, depth: depth)
            }
            for row in 0..<rows {
                let x = activations + row * rowStride
                let sum =
                    switch format {
                    case .float32: floatSum(x, places, arithmetic)
                    case .bfloat16: halfSum(x, places, arithmetic)
                    case .int8: integerSum(x, places, row: row, column: column, arithmetic)
                    }
                let value = arithmetic.apply(activation, to: sum + (bias?[column] ?? 0))
                let place = row * targetStride + column
                switch target {
                case .float32(let target): target[place] = value
                case .accumulate(let target): target[place] += value
                case .bfloat16(let target): target[place] = BFloat16.bits(value)
                }
            }
        }
    }

    private func floatSum(_ x: UnsafeRawPointer, _ places: [Int], _ arithmetic: ScalarArithmetic) -> Float {
        var sum: Float = 0
        for (k, place) in places.enumerated() {
            sum = arithmetic.multiplyAdd(
                x.load(fromByteOffset: 4 * k, as: Float.self), panels.load(fromByteOffset: place, as: Float.self), sum)
        }
        return sum
    }

    /// Of a pair the second comes first.
    private func halfSum(_ x: UnsafeRawPointer, _ places: [Int], _ arithmetic: ScalarArithmetic) -> Float {
        var sum: Float = 0
        for pair in 0..<(places.count / 2) {
            for k in [2 * pair + 1, 2 * pair] {
                sum = arithmetic.multiplyAdd(
                    BFloat16.value(x.load(fromByteOffset: 2 * k, as: UInt16.self)),
                    BFloat16.value(panels.load(fromByteOffset: places[k], as: UInt16.self)), sum)
            }
        }
        return sum
    }

    /// Exact up to the last line.
    private func integerSum(
        _ x: UnsafeRawPointer, _ places: [Int], row: Int, column: Int, _ arithmetic: ScalarArithmetic
    ) -> Float {
        guard let quantizations, let scales else { return .nan }
        var (sum, weightSum) = (0, 0)
        for (k, place) in places.enumerated() {
            let weight = Int(panels.load(fromByteOffset: place, as: Int8.self))
            let byte = x.load(fromByteOffset: k, as: UInt8.self)
            sum += (arithmetic.byteOffset == 0 ? Int(byte) : Int(Int8(bitPattern: byte))) * weight
            weightSum += weight
        }
        let exact = sum - Int(quantizations[row].zeroPoint) * weightSum
        return Float(exact) * (quantizations[row].scale * scales[column])
    }
}
