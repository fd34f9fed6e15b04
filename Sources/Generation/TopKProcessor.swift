/// Keeps the `count` most probable tokens and all that are as probable as the last of them (Fan et al., arXiv
/// 1805.04833). `TopKLogitsWarper` in transformers.
package struct TopKProcessor: LogitsProcessor {
    private let count: Int

    /// - Parameters:
    ///   - count: how many tokens to keep, at least 1.
    ///   - minimumKept: how many stay in any case.
    package init(count: Int, minimumKept: Int = 1) {
        self.count = max(count, minimumKept)
    }

    package func process(_ logits: UnsafeMutableBufferPointer<Float>, after history: TokenHistory) {
        guard count < logits.count else { return }
        let threshold = largest(UnsafeBufferPointer(logits), rank: count)
        for index in logits.indices where logits[index] < threshold { logits[index] = -.infinity }
    }
}

/// The `rank`-th largest value, from 1, in time linear in their number.
///
/// Floats are ordered like their bits read as integers once those of negative numbers are flipped, so that two
/// histograms, of the upper and then of the lower half of the bits, find the value.
func largest(_ values: UnsafeBufferPointer<Float>, rank: Int) -> Float {
    precondition((1...max(values.count, 1)).contains(rank), "rank \(rank) of \(values.count) values")
    var remaining = rank
    let upper = digit(at: &remaining, of: values.lazy.map { Int(orderedBits($0) >> 16) })
    let lower = digit(
        at: &remaining,
        of: values.lazy.map(orderedBits).filter { Int($0 >> 16) == upper }.map { Int($0 & 0xFFFF) })
    let bits = UInt32(upper) << 16 | UInt32(lower)
    return Float(bitPattern: bits & 0x8000_0000 != 0 ? bits ^ 0x8000_0000 : ~bits)
}

/// Unsigned integers in the order of their floats; -0 comes just below 0.
private func orderedBits(_ value: Float) -> UInt32 {
    let bits = value.bitPattern
    return bits & 0x8000_0000 != 0 ? ~bits : bits | 0x8000_0000
}

/// The 16-bit digit in which the value of the given rank from above lies. `rank` becomes its rank among those.
private func digit(at rank: inout Int, of digits: some Sequence<Int>) -> Int {
    var histogram = [Int](repeating: 0, count: 1 << 16)
    for digit in digits { histogram[digit] += 1 }
    var digit = histogram.count - 1
    while digit > 0, histogram[digit] < rank {
        rank -= histogram[digit]
        digit -= 1
    }
    return digit
}
