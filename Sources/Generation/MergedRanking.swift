import Foundation

/// How transformers ranks since 4.50: finished sequences compete with the new ones in every step, in single precision,
/// and those that reach the longest length count as finished.
struct MergedRanking: BeamRanking {
    private let settings: BeamSettings
    private let limit: Int
    private var slots: [(beam: Beam, score: Float, isFinished: Bool)]
    /// Whether an open beam may still be better than a finished sequence. Once it is not, nothing is added any more.
    private var canImprove = true

    /// Takes a candidate out of the beams, as transformers does.
    private static let penalty: Float = -1e9
    /// Takes a candidate out of the finished sequences. transformers uses the penalty, and returns nothing where a
    /// negative length penalty makes scores lower than that.
    private static let excluded = -Float.infinity

    init(_ settings: BeamSettings, limit: Int) {
        self.settings = settings
        self.limit = limit
        slots = (0..<settings.beamCount).map { _ in (Beam(), Self.excluded, false) }
    }

    mutating func advance(_ candidates: [BeamCandidate], length: Int) -> [BeamCandidate] {
        func stops(_ candidate: BeamCandidate) -> Bool { candidate.endsText || length >= limit }
        let open = Self.best(candidates, settings.beamCount) { $0.beam.score + (stops($0) ? Self.penalty : 0) }
        let isFull = settings.earlyStopping == .whenFull && slots.allSatisfy(\.isFinished)
        let divisor = Float(pow(Double(length), settings.lengthPenalty))
        let new = candidates.enumerated().map { rank, candidate in
            let finishes = stops(candidate) && rank < settings.beamCount
            let isIn = finishes && !isFull && canImprove
            return (
                beam: candidate.beam, score: isIn ? candidate.beam.score / divisor : Self.excluded, isFinished: isIn
            )
        }
        slots = Self.best(slots + new, settings.beamCount, by: \.score)

        let best = (open.first.map { $0.beam.score + (stops($0) ? Self.penalty : 0) }) ?? Self.penalty
        let longest = settings.earlyStopping == .never && settings.lengthPenalty > 0 ? limit : length
        let attainable = best / Float(pow(Double(longest), settings.lengthPenalty))
        let worst = slots.map(\.score).min() ?? Self.penalty
        canImprove = canImprove && slots.contains { attainable > ($0.isFinished ? worst : Self.penalty) }
        let isDone =
            !canImprove || (settings.earlyStopping == .whenFull && slots.allSatisfy(\.isFinished))
            || candidates.allSatisfy(stops)
        return isDone ? [] : open
    }

    var finished: [(beam: Beam, score: Double)] {
        slots.filter(\.isFinished).map { ($0.beam, Double($0.score)) }
    }

    /// The `count` elements with the largest scores, largest first, the first of equals first.
    private static func best<Element>(_ elements: [Element], _ count: Int, by score: (Element) -> Float) -> [Element] {
        let scores = elements.map(score)
        return elements.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(count).map { elements[$0] }
    }
}
