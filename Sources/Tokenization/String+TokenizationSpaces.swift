extension String {
    /// The text without the blanks that word-by-word tokenizers leave before punctuation and contractions.
    ///
    /// What transformers calls `clean_up_tokenization_spaces`: these replacements one after the other, each over the
    /// whole text. Up to 4.44 it does so by default when it decodes, later ones only where the tokenizer's files say
    /// so, and version 5 not for byte-level BPE, since it takes away blanks that are part of the text.
    package func removingTokenizationSpaces() -> String {
        // Characters would be too large a unit: a full stop with an accent on it is another than a full stop.
        var bytes = Array(utf8)
        for (text, replacement) in Self.tokenizationSpaces {
            bytes = bytes.replacing(text.utf8, with: replacement.utf8)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let tokenizationSpaces = [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" 's", "'s"),
        (" 've", "'ve"), (" 're", "'re"),
    ]
}
