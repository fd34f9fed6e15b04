/// Rules out tokens that would complete a forbidden sequence of tokens. `NoBadWordsLogitsProcessor` in transformers.
package struct BadWordsProcessor: LogitsProcessor {
    private let words: [[Int]]
    private let looksAtFullWordsOnly: Bool

    /// - Parameters:
    ///   - words: the forbidden sequences. An end token alone is never forbidden, and is passed over here.
    ///   - endTokenIDs: the tokens that close a sequence.
    ///   - looksAtFullWordsOnly: transformers 4.38 leaves a word of n tokens alone until n tokens are there, one more than
    ///     would be needed to complete it; later versions do not.
    package init(words: [[Int]], endTokenIDs: [Int], looksAtFullWordsOnly: Bool) {
        self.words = words.filter { word in !word.isEmpty && !endTokenIDs.contains { [$0] == word } }
        self.looksAtFullWordsOnly = looksAtFullWordsOnly
    }

    package func process(_ logits: UnsafeMutableBufferPointer<Float>, after history: TokenHistory) {
        for word in words {
            if looksAtFullWordsOnly, word.count > 1, word.count > history.count { continue }
            if history.ends(with: word.dropLast()) { logits.exclude(word.suffix(1)) }
        }
    }
}
