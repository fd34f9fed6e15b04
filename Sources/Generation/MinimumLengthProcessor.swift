/// Rules out the end tokens until a sequence is long enough. `MinLengthLogitsProcessor` in transformers, and
/// `MinNewTokensLengthLogitsProcessor` where only new tokens count.
package struct MinimumLengthProcessor: LogitsProcessor {
    private let minimum: Int
    private let countsPrompt: Bool
    private let endTokenIDs: [Int]

    /// - Parameters:
    ///   - minimum: how many tokens there have to be before an end token.
    ///   - countsPrompt: whether the history's prompt counts.
    package init(minimum: Int, countsPrompt: Bool, endTokenIDs: [Int]) {
        self.minimum = minimum
        self.countsPrompt = countsPrompt
        self.endTokenIDs = endTokenIDs
    }

    package func process(_ logits: UnsafeMutableBufferPointer<Float>, after history: TokenHistory) {
        guard (countsPrompt ? history.count : history.generated.count) < minimum else { return }
        logits.exclude(endTokenIDs)
    }
}
