import CaptionerJSON

/// All that the files of a tokenizer say, whichever files these are.
struct TokenizerDefinition {
    var vocabulary: [ExactString: Int]
    var merges: [(left: String, right: String)]
    var addedTokens: [AddedToken] = []
    var options = TokenizerOptions()
    /// What replaces a byte or character that is not in the vocabulary. Without, they are dropped.
    var unknownToken: String?
    /// The paths that the vocabulary, the merges and the added tokens come from, for messages.
    var files: (vocabulary: String, merges: String, addedTokens: String)
}

/// How a tokenizer goes about its work.
struct TokenizerOptions: Equatable, Sendable {
    /// Whether text that does not start with a blank gets one.
    var addsPrefixSpace = false
    /// Whether text is split into words before pairs are merged.
    var splitsWords = true
    /// Whether each digit is a word of its own, parted from the text before other words are.
    var splitsDigits = false
    /// Whether text is normalised and split as CLIP does, and the last byte of a word is a symbol of its own kind.
    var endsWords = false
    /// Whether symbols are characters, a blank being ``ByteFallback/blank``, and those of a character that is no token are tokens
    /// of its bytes. Text is not split into words then.
    var fallsBackToBytes = false
    /// How words are split into pieces, where they are not made of pairs.
    var wordPieces: WordPieces?
    /// Whether the ends of a text, written in it in other case, are parted from what touches them.
    var splitsMarkers = false
    /// Whether a word that is a token needs no merges to become one.
    var ignoresMerges = false
    /// Whether unknown bytes or characters in a row become one token.
    var fusesUnknown = false
    /// Whether decoded text should lose the blanks before punctuation, if the files say anything of it.
    var removesTokenizationSpaces: Bool?
    /// The ids in front of those of a text.
    var prefix: [Int] = []
    /// The ids after those of a text.
    var suffix: [Int] = []

    /// UTF-8 as what is encoded, where added tokens are looked for a second time: other than CLIP's, whose tokens are not.
    func normalized(_ text: [UInt8]) -> [UInt8] {
        if fallsBackToBytes { return ByteFallback.normalized(text) }
        guard let wordPieces else { return text }
        let scalars = Array(String(decoding: text, as: UTF8.self).unicodeScalars)
        return Array(PythonText.string(wordPieces.normalizer.normalized(scalars)).utf8)
    }
}
