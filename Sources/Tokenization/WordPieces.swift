/// How a tokenizer makes pieces of words, as BERT's does (Wu et al., arXiv 1609.08144).
struct WordPieces: Equatable, Sendable {
    /// What a piece begins with that continues a word.
    var continuation = "##"
    /// A word of more characters becomes the unknown token.
    var maximumLength = 100
    /// Whether decoding takes away blanks before punctuation, token by token.
    var cleansUpTokens = true
    var normalizer = BERTNormalizer()

    /// The pieces of a word, from its start the longest that is a token each time.
    /// - Returns: nil for a word that is not made of tokens.
    func pieces(of word: ArraySlice<Unicode.Scalar>, in vocabulary: Vocabulary) -> [Int]? {
        guard word.count <= maximumLength else { return nil }
        var ids: [Int] = []
        var start = word.startIndex
        while start < word.endIndex {
            var text = start > word.startIndex ? continuation : ""
            let first = text.unicodeScalars.count
            text.unicodeScalars += word[start...]
            var found: Int?
            while found == nil, text.unicodeScalars.count > first {
                found = vocabulary.id(for: text)
                if found == nil { text.unicodeScalars.removeLast() }
            }
            guard let found else { return nil }
            ids.append(found)
            start += text.unicodeScalars.count - first
        }
        return ids
    }

    /// Appends the text of a token.
    /// - Parameter isFirst: whether no token precedes it.
    func appendText(of token: String, isFirst: Bool, to target: inout [UInt8]) {
        var bytes = Array(token.utf8)
        if !isFirst {
            if bytes.starts(with: continuation.utf8) {
                bytes.removeFirst(continuation.utf8.count)
            } else {
                bytes.insert(UInt8(ascii: " "), at: 0)
            }
        }
        if cleansUpTokens {
            for (text, replacement) in Self.replacements {
                bytes = bytes.replacing(text.utf8, with: replacement.utf8)
            }
        }
        target += bytes
    }

    /// In the order of the library `tokenizers`.
    private static let replacements = [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ]
}
