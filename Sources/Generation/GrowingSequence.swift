import CaptionerTensorCore

/// One sequence while it grows.
struct GrowingSequence {
    let limit: Int
    private var history: TokenHistory
    private(set) var sequence = GeneratedSequence()
    private var random: RandomNumbers?

    init(start: SequenceStart, limit: Int, random: RandomNumbers?) {
        self.limit = limit
        self.random = random
        history = TokenHistory(prompt: start.visiblePrompt)
    }

    var hasEnded: Bool { sequence.finishReason == .endToken || sequence.tokenIDs.count >= limit }

    mutating func extend(
        by logits: UnsafeBufferPointer<Float>, processors: [any LogitsProcessor], endTokenIDs: Set<Int>,
        observe: (Int, UnsafeBufferPointer<Float>) -> Void
    ) throws {
        let step = sequence.tokenIDs.count
        let normalizer = logSumExp(logits.baseAddress!, count: logits.count)
        guard normalizer.isFinite else { throw GenerationError.invalidLogits(step: step) }
        let token = try withProcessed(logits, by: processors, after: history) { processed in
            guard let token = choose(processed) else { throw GenerationError.noTokenLeft(step: step) }
            observe(token, processed)
            return token
        }
        sequence.tokenIDs.append(token)
        history.generated.append(token)
        sequence.logProbability += logits[token] - normalizer
        sequence.score = sequence.logProbability
        if endTokenIDs.contains(token) { sequence.finishReason = .endToken }
    }

    private mutating func choose(_ logits: UnsafeBufferPointer<Float>) -> Int? {
        guard var random else {
            let best = indexOfMaximum(logits)
            return logits[best] > -.infinity ? best : nil
        }
        defer { self.random = random }
        return CategoricalDistribution(logits).draw(&random)
    }
}
