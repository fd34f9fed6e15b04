/// Rules out tokens that would complete a run of `size` tokens which occurred before (Paulus et al., arXiv 1705.04304).
/// `NoRepeatNGramLogitsProcessor` in transformers.
package struct NoRepeatNGramProcessor: LogitsProcessor {
    private let size: Int

    /// - Parameter size: the length of a run, 1 or more.
    package init(size: Int) {
        self.size = size
    }

    package func process(_ logits: UnsafeMutableBufferPointer<Float>, after history: TokenHistory) {
        let before = size - 1
        guard history.count >= size else { return }
        let start = history.count - before
        for end in before..<history.count
        where (0..<before).allSatisfy({ history[end - before + $0] == history[start + $0] }) {
            logits.exclude(CollectionOfOne(history[end]))
        }
    }
}
