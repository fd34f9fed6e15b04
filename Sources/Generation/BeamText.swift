import CaptionerTensorCore

/// One text of a beam search: its open beams and its finished sequences. Texts know nothing of each other.
struct BeamText: TextSearch {
    private let limit: Int
    private var beams: [Beam]
    private let processors: [any LogitsProcessor]
    private let settings: BeamSettings
    private let endTokenIDs: [Int]
    private let prompt: [Int]
    private var random: RandomNumbers?
    private var ranking: any BeamRanking

    init(
        _ start: SequenceStart, settings: BeamSettings, limit: Int, endTokenIDs: [Int],
        processors: [any LogitsProcessor]
    ) {
        self.limit = limit
        self.processors = processors
        self.settings = settings
        self.endTokenIDs = endTokenIDs
        prompt = start.visiblePrompt
        random = settings.samplingSeed.map { RandomNumbers(seeds: $0, start.seed) }
        // All beams begin alike. The penalty leaves the first step to one of them, unless it has too few continuations;
        // what transformers 4 draws may come from any.
        let drawsFromAll = settings.rules == .transformers4 && settings.samplingSeed != nil
        beams = (0..<settings.beamCount).map { Beam(score: $0 == 0 || drawsFromAll ? 0 : -1e9) }
        ranking =
            switch settings.rules {
            case .transformers4: ScorerRanking(settings, limit: limit, endTokenID: endTokenIDs.first)
            case .transformers5: MergedRanking(settings, limit: limit)
            }
    }

    /// It is finished when no beam is followed.
    var hasEnded: Bool { limit == 0 || beams.isEmpty }

    mutating func advance(
        by rows: [UnsafeBufferPointer<Float>], observe: (_ token: Int, _ logits: UnsafeBufferPointer<Float>) -> Void
    ) throws -> [ContinuedRow] {
        // At first all beams are the same row.
        let isFirst = beams[0].tokenIDs.isEmpty
        let parents = try advance(by: isFirst ? beams.map { _ in rows[0] } : rows)
        return zip(parents, beams).compactMap { parent, beam in
            beam.tokenIDs.last.map { ContinuedRow(row: isFirst ? 0 : parent, token: $0) }
        }
    }

    /// Takes one step.
    ///
    /// - Parameter logits: for each beam the logits `[V]` of its next token.
    /// - Returns: for each beam that is followed from here on, which beam it continues; nothing when the text is finished.
    private mutating func advance(by logits: [UnsafeBufferPointer<Float>]) throws -> [Int] {
        let length = beams[0].tokenIDs.count + 1
        let columns = logits[0].count
        let normalizers = try logits.map { row in
            let normalizer = logSumExp(row.baseAddress!, count: columns)
            guard normalizer.isFinite else { throw GenerationError.invalidLogits(step: length - 1) }
            return normalizer
        }
        let candidates = withUnsafeTemporaryAllocation(of: Float.self, capacity: beams.count * columns) { scores in
            for (index, beam) in beams.enumerated() {
                let row = UnsafeMutableBufferPointer(rebasing: scores[(index * columns)..<((index + 1) * columns)])
                for id in 0..<columns { row.initializeElement(at: id, to: logits[index][id] - normalizers[index]) }
                let history = TokenHistory(prompt: prompt, generated: beam.tokenIDs)
                for processor in processors { processor.process(row, after: history) }
                for id in 0..<columns { row[id] += beam.score }
            }
            return best(UnsafeBufferPointer(scores)).map { place in
                let (parent, token) = place.quotientAndRemainder(dividingBy: columns)
                var beam = beams[parent]
                beam.tokenIDs.append(token)
                beam.score = scores[place]
                beam.logProbability += logits[parent][token] - normalizers[parent]
                return BeamCandidate(parent: parent, endsText: endTokenIDs.contains(token), beam: beam)
            }
        }
        guard candidates[0].beam.score > -.infinity else { throw GenerationError.noTokenLeft(step: length - 1) }
        let followed = ranking.advance(candidates, length: length)
        beams = followed.map(\.beam)
        return followed.map(\.parent)
    }

    /// The places of the step's candidates: enough that as many continue as there are beams, whichever of them end.
    private mutating func best(_ scores: UnsafeBufferPointer<Float>) -> [Int] {
        let isOld = settings.rules == .transformers4
        let times = isOld && random != nil ? 2 : max(2, 1 + endTokenIDs.count)
        let count = min(times * settings.beamCount, scores.count)
        guard var random else { return mostProbable(scores, count: count) }
        var drawn = CategoricalDistribution(scores).draw(count, &random)
        self.random = random
        if drawn.count < count {
            // Fewer tokens are possible than are needed: the rest are the best of those that are all but impossible.
            drawn += mostProbable(scores, count: count).filter { !drawn.contains($0) }.prefix(count - drawn.count)
        }
        // transformers 5 ranks candidates as they were drawn, transformers 4 by score.
        return !isOld ? drawn : drawn.sorted { (scores[$1], $0) < (scores[$0], $1) }
    }

    /// The finished sequences, best first.
    var results: [GeneratedSequence] {
        let finished = ranking.finished.prefix(settings.returnedCount).map { beam, score in
            GeneratedSequence(
                tokenIDs: beam.tokenIDs, logProbability: beam.logProbability, score: Float(score),
                finishReason: beam.tokenIDs.last.map(endTokenIDs.contains) == true ? .endToken : .length)
        }
        return finished.isEmpty ? [GeneratedSequence()] : finished
    }
}
