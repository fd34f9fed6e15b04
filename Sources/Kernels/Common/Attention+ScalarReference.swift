extension AttentionHead {
    /// The head in plain scalar code: what all kernels compute, bit for bit.
    public func attendScalars(_ arithmetic: ScalarArithmetic) {
        for row in 0..<queryCount {
            let query = numbers(queries + row * queryStride, count: headSize)
            let keyCount = visibleKeys(row: row)
            let scores = (0..<keyCount).map {
                product(query, numbers(keys + $0 * keyStride, count: headSize), arithmetic)
            }
            let powers = arithmetic.exponentials(scores, scale: scale, cap: scoreCap, rough: format == .bfloat16)
            let inverse = 1 / powers.sum
            let weights = powers.values.map {
                format == .bfloat16 ? BFloat16.value(BFloat16.bits($0)) : $0 * inverse
            }
            for column in 0..<headSize {
                let numbers = (0..<keyCount).map { number(values + $0 * valueStride, column) }
                let sum = product(weights, numbers, arithmetic)
                target[row * targetStride + column] = format == .bfloat16 ? sum * inverse : sum
            }
        }
    }

    private func number(_ row: UnsafeRawPointer, _ index: Int) -> Float {
        format == .bfloat16
            ? BFloat16.value(row.load(fromByteOffset: 2 * index, as: UInt16.self))
            : row.load(fromByteOffset: 4 * index, as: Float.self)
    }

    private func numbers(_ row: UnsafeRawPointer, count: Int) -> [Float] { (0..<count).map { number(row, $0) } }

    /// In order, but that of a pair of bfloat16 numbers the second comes first.
    private func product(_ a: [Float], _ b: [Float], _ arithmetic: ScalarArithmetic) -> Float {
        if arithmetic.hasBFloat16Tiles, isForTiles { return tileProduct(a, b) }
        return orderedProduct(a, b, arithmetic)
    }

    /// Sixteen pairs at a time: those of even and those of odd places, and then both.
    private func tileProduct(_ a: [Float], _ b: [Float]) -> Float {
        stride(from: 0, to: a.count, by: 32).reduce(0) { sum, start in
            var halves: (Float, Float) = (0, 0)
            for index in start..<min(start + 32, a.count) {
                if index % 2 == 0 { halves.0 += a[index] * b[index] } else { halves.1 += a[index] * b[index] }
            }
            return sum + (halves.0 + halves.1)
        }
    }

    private func orderedProduct(_ a: [Float], _ b: [Float], _ arithmetic: ScalarArithmetic) -> Float {
        (0..<a.count).reduce(0) { sum, index in
            let partner = format == .bfloat16 ? index ^ 1 : index
            let k = partner < a.count ? partner : index
            return arithmetic.multiplyAdd(a[k], b[k], sum)
        }
    }
}

extension AttentionQuery {
    /// The query in plain scalar code: what all kernels compute, bit for bit.
    public func attendScalars(_ arithmetic: ScalarArithmetic) {
        let positions = [pieces.0, pieces.1].flatMap { piece in
            (0..<piece.count).map { (key: piece.keys + $0 * stride, value: piece.values + $0 * stride) }
        }
        let scores = positions.map { position in
            var lanes = [Float](repeating: 0, count: arithmetic.lanes)
            for k in 0..<headSize {
                let lane = k % arithmetic.lanes
                lanes[lane] = arithmetic.multiplyAdd(query[k], position.key[k], lanes[lane])
            }
            return arithmetic.sum(lanes)
        }
        let powers = arithmetic.exponentials(scores, scale: scale, cap: scoreCap)
        for column in 0..<headSize {
            let sum = zip(powers.values, positions).reduce(0) { arithmetic.multiplyAdd($1.0, $1.1.value[column], $0) }
            target[column] = sum * (1 / powers.sum)
        }
    }
}

extension ScalarArithmetic {
    /// e^(scale · (x - max)), and their sum: by lanes, then the lanes, then what fills no vector. Where the cap is above 0, of scores
    /// that are limited before.
    func exponentials(
        _ scores: [Float], scale: Float, cap: Float, rough: Bool = false
    ) -> (values: [Float], sum: Float) {
        guard cap == 0 else {
            let limited = scores.map { softCapped($0, scale: scale, cap: cap) }
            return exponentials(limited, scale: 1, cap: 0, rough: rough)
        }
        let largest = scores.max() ?? 0
        let values = scores.map {
            rough
                ? roughPowerOfTwo(($0 - largest) * (scale * 1.442_695_040_888_963_4))
                : exponential(($0 - largest) * scale)
        }
        let whole = values.count / lanes * lanes
        var sums = [Float](repeating: 0, count: lanes)
        for k in 0..<whole { sums[k % lanes] += values[k] }
        return (values, values[whole...].reduce(sum(sums), +))
    }
}
