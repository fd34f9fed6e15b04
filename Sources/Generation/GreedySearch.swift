import TensorCore

/// Greedy decoding: at each step every sequence takes its most probable token.
///
/// Reproduces `GenerationMixin.generate` of transformers with `num_beams=1, do_sample=False`. A sequence that has ended
/// leaves the batch.
public struct GreedySearch: Sendable {
    private let maxNewTokens: Int
    private let endTokenIDs: Set<Int>
    private let processors: [any LogitsProcessor]

    /// - Parameters:
    ///   - maxNewTokens: the most tokens that a sequence gets, an end token included.
    ///   - endTokenIDs: the tokens that close a sequence.
    ///   - processors: what changes the logits before the choice, in order.
    public init(maxNewTokens: Int, endTokenIDs: [Int], processors: [any LogitsProcessor] = []) {
        self.maxNewTokens = maxNewTokens
        self.endTokenIDs = Set(endTokenIDs)
        self.processors = processors
    }

    /// Continues all sequences of `session` to their end.
    ///
    /// - Parameter observe: is shown, for every new token, which sequence got it and the processed logits `[V]` that
    ///   chose it.
    /// - Returns: what each sequence got, in the session's order.
    /// - Throws: `GenerationError.invalidLogits`, or what the session throws.
    public func callAsFunction(
        _ session: some DecodingSession,
        observe: (_ sequence: Int, _ logits: UnsafeBufferPointer<Float>) -> Void = { _, _ in }
    ) throws -> [GeneratedSequence] {
        let limits = session.remainingTokens.map { min(maxNewTokens, $0) }
        var sequences = limits.map { _ in GeneratedSequence() }
        guard limits.contains(where: { $0 > 0 }) else { return sequences }
        var logits = try session.prefill()  // [R, V]
        var alive = Array(sequences.indices)
        while true {
            var kept: [Int] = []
            for (row, index) in alive.enumerated() where sequences[index].tokenIDs.count < limits[index] {
                try extend(&sequences[index], by: logits, row: row) { observe(index, $0) }
                let sequence = sequences[index]
                if sequence.finishReason == .length, sequence.tokenIDs.count < limits[index] { kept.append(row) }
            }
            guard !kept.isEmpty else { return sequences }
            if kept.count < alive.count {
                session.keep(rows: kept)
                alive = kept.map { alive[$0] }
            }
            logits = try session.step(alive.compactMap { sequences[$0].tokenIDs.last })
        }
    }

    private func extend(
        _ sequence: inout GeneratedSequence, by logits: borrowing Tensor, row: Int,
        observe: (UnsafeBufferPointer<Float>) -> Void
    ) throws {
        let scores = UnsafeMutableBufferPointer(
            start: logits.pointer + row * logits.columns, count: logits.columns)  // [V]
        let normalizer = logSumExp(logits.pointer + row * logits.columns, count: logits.columns)
        guard normalizer.isFinite else { throw GenerationError.invalidLogits(step: sequence.tokenIDs.count) }
        let raw = processors.isEmpty ? nil : Array(scores)
        for processor in processors { processor.process(scores, generated: sequence.tokenIDs) }
        observe(UnsafeBufferPointer(scores))
        let token = indexOfMaximum(UnsafeBufferPointer(scores))
        sequence.tokenIDs.append(token)
        sequence.logProbability += (raw?[token] ?? scores[token]) - normalizer
        if endTokenIDs.contains(token) { sequence.finishReason = .endToken }
    }
}

/// The index of the largest value, the first of them on ties, as `torch.argmax` on a CPU.
func indexOfMaximum(_ values: UnsafeBufferPointer<Float>) -> Int {
    var best = 0
    for index in values.indices where values[index] > values[best] { best = index }
    return best
}
