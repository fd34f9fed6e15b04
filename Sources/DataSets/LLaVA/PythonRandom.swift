import Foundation

/// Python's `random.Random`, as far as `random.sample` needs it: the Mersenne Twister MT19937 (Matsumoto and Nishimura
/// 1998), seeded by an integer as CPython does it.
struct PythonRandom {
    private static let size = 624
    private var state = [UInt32](repeating: 0, count: size)
    private var next = size

    init(seed: UInt32) {
        state[0] = 19_650_218
        for index in 1..<Self.size {
            state[index] = 1_812_433_253 &* (state[index - 1] ^ state[index - 1] >> 30) &+ UInt32(index)
        }
        // `init_by_array` with the seed as its one key.
        var index = 1
        for _ in 0..<Self.size {
            state[index] = (state[index] ^ (state[index - 1] ^ state[index - 1] >> 30) &* 1_664_525) &+ seed
            index = advance(index)
        }
        for _ in 1..<Self.size {
            state[index] =
                (state[index] ^ (state[index - 1] ^ state[index - 1] >> 30) &* 1_566_083_941) &- UInt32(index)
            index = advance(index)
        }
        state[0] = 0x8000_0000
    }

    private mutating func advance(_ index: Int) -> Int {
        guard index + 1 == Self.size else { return index + 1 }
        state[0] = state[Self.size - 1]
        return 1
    }

    /// 32 random bits.
    package mutating func word() -> UInt32 {
        if next == Self.size {
            for index in 0..<Self.size {
                let bits = state[index] & 0x8000_0000 | state[(index + 1) % Self.size] & 0x7FFF_FFFF
                state[index] =
                    state[(index + 397) % Self.size] ^ bits >> 1 ^ (bits & 1 == 1 ? 0x9908_B0DF : 0)
            }
            next = 0
        }
        var word = state[next]
        next += 1
        word ^= word >> 11
        word ^= word << 7 & 0x9D2C_5680
        word ^= word << 15 & 0xEFC6_0000
        return word ^ word >> 18
    }

    /// A number from 0 up to, and without, a bound that fits 32 bits: `_randbelow`.
    package mutating func number(below bound: Int) -> Int {
        let bits = UInt32(Int.bitWidth - bound.leadingZeroBitCount)
        while true {
            let number = Int(word() >> (32 - bits))
            if number < bound { return number }
        }
    }

    /// Which `count` of `total` elements `random.sample` draws, in its order.
    package mutating func sample(_ count: Int, of total: Int) -> [Int] {
        var setSize = 21.0
        if count > 5 { setSize += pow(4, (log(Double(count * 3)) / log(4)).rounded(.up)) }
        guard Double(total) <= setSize else {
            var seen: Set<Int> = []
            return (0..<count).map { _ in
                var index = number(below: total)
                while !seen.insert(index).inserted { index = number(below: total) }
                return index
            }
        }
        var pool = Array(0..<total)
        return (0..<count).map { drawn in
            let index = number(below: total - drawn)
            defer { pool[index] = pool[total - drawn - 1] }
            return pool[index]
        }
    }
}
