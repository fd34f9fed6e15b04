/// Changes a sequence's logits before the next token is chosen from them.
///
/// Processors run in the order of transformers' `LogitsProcessorList`.
public protocol LogitsProcessor: Sendable {
    /// - Parameters:
    ///   - logits: `[V]`, changed in place; −∞ rules a token out.
    ///   - generated: the new tokens so far, without the prompt.
    func process(_ logits: UnsafeMutableBufferPointer<Float>, generated: [Int])
}

/// Rules out the end tokens until a sequence has `minimum` new tokens; `MinNewTokensLengthLogitsProcessor` in
/// transformers.
public struct MinNewTokensProcessor: LogitsProcessor {
    private let minimum: Int
    private let endTokenIDs: [Int]

    public init(minimum: Int, endTokenIDs: [Int]) {
        self.minimum = minimum
        self.endTokenIDs = endTokenIDs
    }

    public func process(_ logits: UnsafeMutableBufferPointer<Float>, generated: [Int]) {
        guard generated.count < minimum else { return }
        for id in endTokenIDs where logits.indices.contains(id) { logits[id] = -.infinity }
    }
}
