/// Random numbers that depend on their seed alone: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
///
/// Each sequence has a generator of its own, so that what it draws does not depend on its neighbours.
package struct RandomNumbers: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// - Parameter seeds: words that are mixed into one seed; their order matters.
    package init(seeds: UInt64...) {
        state = 0
        for seed in seeds { state = Self.mix(state &+ Self.increment ^ seed) }
    }

    package mutating func next() -> UInt64 {
        state &+= Self.increment
        return Self.mix(state)
    }

    /// A number in [0, 1), one of 2^53 evenly spaced ones.
    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

    private static func mix(_ word: UInt64) -> UInt64 {
        var z = word
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
