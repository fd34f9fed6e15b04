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
/// Floats are ordered like their bits read as integers once those of negative numbers are flipped, so that histograms of
/// the first bits, of the next among those that have the first, and of the last, find the value. They are small: for each
/// token of each text there is one.
func largest(_ values: UnsafeBufferPointer<Float>, rank: Int) -> Float {
    precondition((1...max(values.count, 1)).contains(rank), "rank \(rank) of \(values.count) values")
    var remaining = rank
    // What is known of the bits, and which bits that are.
    var (bits, known): (UInt32, UInt32) = (0, 0)
    var histogram = [Int](repeating: 0, count: 1 << 11)
    for (shift, width) in [(21, 11), (10, 11), (0, 10)] as [(UInt32, UInt32)] {
        let mask = 1 << width - 1 as UInt32
        for digit in histogram.indices { histogram[digit] = 0 }
        for value in values {
            let ordered = orderedBits(value)
            if ordered & known == bits { histogram[Int(ordered >> shift & mask)] += 1 }
        }
        var digit = Int(mask)
        while digit > 0, histogram[digit] < remaining {
            remaining -= histogram[digit]
            digit -= 1
        }
        bits |= UInt32(digit) << shift
        known |= mask << shift
    }
    return Float(bitPattern: bits & 0x8000_0000 != 0 ? bits ^ 0x8000_0000 : ~bits)
}

/// Unsigned integers in the order of their floats; -0 comes just below 0.
private func orderedBits(_ value: Float) -> UInt32 {
    let bits = value.bitPattern
    return bits & 0x8000_0000 != 0 ? ~bits : bits | 0x8000_0000
}
