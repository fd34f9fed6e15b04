import Foundation

/// Tokens with the probabilities that their logits give them: softmax in double precision.
struct CategoricalDistribution {
    /// Those that are not ruled out, with weights in proportion to their probabilities.
    private let candidates: [(index: Int, weight: Double)]

    /// - Parameter logits: `[V]`, or any other log-probabilities up to a common summand; −∞ rules out.
    init(_ logits: UnsafeBufferPointer<Float>) {
        let largest = logits.max() ?? -.infinity
        candidates =
            largest > -.infinity
            ? logits.indices.lazy.map { ($0, exp(Double(logits[$0] - largest))) }.filter { $0.1 > 0 } : []
    }

    /// One token, or nil if all are ruled out.
    func draw(_ random: inout RandomNumbers) -> Int? {
        place(random.uniform()).map { candidates[$0].index }
    }

    /// Up to `count` tokens, each drawn from those not drawn before; fewer if there are no more.
    ///
    /// An exponential race: every token gets a time with a mean in inverse proportion to its weight, and the first ones
    /// home are what drawing one after the other gives (Efraimidis and Spirakis, 2006). torch draws in the same way.
    func draw(_ count: Int, _ random: inout RandomNumbers) -> [Int] {
        var race = candidates.map { candidate in
            // 1 - u is in (0, 1], so that its logarithm is a number.
            (index: candidate.index, time: -log(1 - random.uniform()) / candidate.weight)
        }
        race.sort { ($0.time, $0.index) < ($1.time, $1.index) }
        return race.prefix(count).map(\.index)
    }

    /// Where the sum of weights passes a share of the whole.
    private func place(_ share: Double) -> Int? {
        let bound = share * candidates.reduce(0) { $0 + $1.weight }
        var sum = 0.0
        for (place, candidate) in candidates.enumerated() {
            sum += candidate.weight
            if sum > bound { return place }
        }
        return candidates.indices.last
    }
}
