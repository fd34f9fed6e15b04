/// Changes a sequence's logits before the next token is chosen from them.
///
/// Each type reproduces a class of transformers' `generation/logits_process.py`, which its documentation names; they are
/// run in the order of transformers' `LogitsProcessorList`.
package protocol LogitsProcessor: Sendable {
    /// - Parameters:
    ///   - logits: `[V]`, changed in place; −∞ rules a token out.
    ///   - history: the tokens so far.
    func process(_ logits: UnsafeMutableBufferPointer<Float>, after history: TokenHistory)
}

extension UnsafeMutableBufferPointer<Float> {
    /// Rules tokens out. Ids outside the vocabulary are passed over.
    func exclude(_ tokenIDs: some Sequence<Int>) {
        for id in tokenIDs where indices.contains(id) { self[id] = -.infinity }
    }
}

/// Calls `body` with the logits after all processors; the logits themselves stay as they are.
func withProcessed<Result>(
    _ logits: UnsafeBufferPointer<Float>, by processors: [any LogitsProcessor], after history: TokenHistory,
    _ body: (UnsafeBufferPointer<Float>) throws -> Result
) rethrows -> Result {
    guard !processors.isEmpty else { return try body(logits) }
    return try withUnsafeTemporaryAllocation(of: Float.self, capacity: logits.count) { copy in
        _ = copy.initialize(from: logits)
        for processor in processors { processor.process(copy, after: history) }
        return try body(UnsafeBufferPointer(copy))
    }
}
