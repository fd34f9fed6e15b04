import Foundation

/// How `BeamSearchScorer` of transformers 4 ranks: finished sequences are kept in a list as long as there are beams,
/// scored in double precision, and the beams that are open at the end join them.
struct ScorerRanking: BeamRanking {
    private let settings: BeamSettings
    private let limit: Int
    /// What the scorer writes after a finished sequence, whichever end token finished it.
    private let endTokenID: Int?
    private var hypotheses: [(beam: Beam, score: Double)] = []
    private var worst = 1e9

    init(_ settings: BeamSettings, limit: Int, endTokenID: Int?) {
        self.settings = settings
        self.limit = limit
        self.endTokenID = endTokenID
    }

    mutating func advance(_ candidates: [BeamCandidate], length: Int) -> [BeamCandidate] {
        var open: [BeamCandidate] = []
        for (rank, candidate) in candidates.enumerated() where open.count < settings.beamCount {
            if !candidate.endsText {
                open.append(candidate)
            } else if rank < settings.beamCount {
                var beam = candidate.beam
                if let endTokenID { beam.tokenIDs[length - 1] = endTokenID }
                add(beam, length: length)
            }
        }
        if isDone(best: candidates.map(\.beam.score).max() ?? 0, length: length) { return [] }
        guard length >= limit else { return open }
        for candidate in open { add(candidate.beam, length: length) }
        return []
    }

    private mutating func add(_ beam: Beam, length: Int) {
        let score = Double(beam.score) / pow(Double(length), settings.lengthPenalty)
        guard hypotheses.count < settings.beamCount || score > worst else { return }
        hypotheses.append((beam, score))
        worst = min(score, worst)
        guard hypotheses.count > settings.beamCount,
            let last = hypotheses.indices.min(by: { hypotheses[$0].score < hypotheses[$1].score })
        else { return }
        hypotheses.remove(at: last)
        worst = hypotheses.map(\.score).min() ?? worst
    }

    private func isDone(best: Float, length: Int) -> Bool {
        guard hypotheses.count >= settings.beamCount else { return false }
        if settings.earlyStopping == .whenFull { return true }
        let longest = settings.earlyStopping == .never && settings.lengthPenalty > 0 ? limit : length
        return worst >= Double(best) / pow(Double(longest), settings.lengthPenalty)
    }

    var finished: [(beam: Beam, score: Double)] {
        // Of equal scores, the one found last comes first.
        hypotheses.enumerated().sorted { ($0.element.score, $0.offset) > ($1.element.score, $1.offset) }.map(\.element)
    }
}
