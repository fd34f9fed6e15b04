/// Where the scores of some rows lie.
package struct ScoreDistribution: Sendable, Equatable {
    package let count: Int
    package let mean: Double
    /// Minimum, first quartile, median, third quartile and maximum; between two scores they are interpolated linearly, as
    /// numpy and pandas do it.
    package let quartiles: [Double]

    /// - Parameter scores: what is not finite is no score.
    /// - Returns: nil if there is none.
    init?(_ scores: some Sequence<Double>) {
        let sorted = scores.filter(\.isFinite).sorted()
        guard !sorted.isEmpty else { return nil }
        count = sorted.count
        mean = sorted.reduce(0, +) / Double(sorted.count)
        quartiles = (0...4).map { quarter in
            let place = Double(quarter) / 4 * Double(sorted.count - 1)
            let below = sorted[Int(place)]
            let above = sorted[min(Int(place) + 1, sorted.count - 1)]
            return below + (above - below) * (place - place.rounded(.down))
        }
    }
}
