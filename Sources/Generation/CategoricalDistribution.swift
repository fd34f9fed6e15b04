import Foundation

/// Tokens with the probabilities that their logits give them: softmax in double precision.
struct CategoricalDistribution {
    /// Those that are not ruled out, with weights in proportion to their probabilities.
    private var candidates: [(index: Int, weight: Double)]

    /// - Parameter logits: `[V]`, or any other log-probabilities up to a common summand; −∞ rules out.
    init(_ logits: UnsafeBufferPointer<Float>) {
        let largest = logits.max() ?? -.infinity
        candidates = []
        guard largest > -.infinity else { return }
        for index in logits.indices where logits[index] > -.infinity {
            let weight = exp(Double(logits[index] - largest))
            if weight > 0 { candidates.append((index, weight)) }
        }
    }

    /// One token, or nil if all are ruled out.
    func draw(_ random: inout RandomNumbers) -> Int? {
        place(random.uniform()).map { candidates[$0].index }
    }

    /// Up to `count` tokens, each drawn from those not drawn before; fewer if there are no more.
    func draw(_ count: Int, _ random: inout RandomNumbers) -> [Int] {
        var rest = self
        return (0..<count).compactMap { _ in
            rest.place(random.uniform()).map { rest.candidates.remove(at: $0).index }
        }
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
