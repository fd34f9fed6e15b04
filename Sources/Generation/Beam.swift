/// A sequence that a beam search follows, or has finished.
struct Beam: Sendable {
    var tokenIDs: [Int] = []
    /// The sum of processed log-probabilities.
    var score: Float = 0
    /// The sum of the model's own log-probabilities.
    var logProbability: Float = 0
}

/// A possible next token of a beam.
struct BeamCandidate: Sendable {
    /// Which of the text's beams it continues.
    let parent: Int
    let endsText: Bool
    /// The sequence with its new token.
    let beam: Beam
}

/// Candidates of a step in the order of their rank, sorted into beams to follow and finished sequences.
protocol BeamRanking: Sendable {
    /// - Parameters:
    ///   - candidates: best first, more than there are beams.
    ///   - length: how many tokens each has.
    /// - Returns: the beams to follow; none when the text is finished.
    mutating func advance(_ candidates: [BeamCandidate], length: Int) -> [BeamCandidate]

    /// The finished sequences with their scores, best first.
    var finished: [(beam: Beam, score: Double)] { get }
}
