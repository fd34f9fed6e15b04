import CaptionerJSON

/// A `tokenizer.json` whose model is WordPiece, as BERT has it.
struct WordPieceFile {
    private let vocabulary: [ExactString: Int]
    private let unknownToken: String
    private(set) var rules = WordPieces()
    /// What keeps it from being used here, or `nil`.
    private let difference: String?

    /// - Returns: nil for a file with another model.
    init?(_ file: JSONField) throws(TokenizerRejection) {
        let model = try file.required("model")
        guard try model.optionalString("type")?.hasSameBytes(as: "WordPiece") == true else { return nil }
        vocabulary = try model.required("vocab").ids()
        unknownToken = try model.optionalString("unk_token") ?? "[UNK]"
        rules.continuation = try model.optionalString("continuing_subword_prefix") ?? "##"
        rules.maximumLength = try model.optional("max_input_chars_per_word")?.integer() ?? 100
        let parts = [("normalizer", "BertNormalizer"), ("pre_tokenizer", "BertPreTokenizer"), ("decoder", "WordPiece")]
        var difference: String?
        for (key, expected) in parts {
            let type = try file.optional(key)?.required("type").string()
            guard type?.hasSameBytes(as: expected) != true else { continue }
            difference = difference ?? "WordPiece with the \(key) \(type ?? "null"), expected \(expected)"
        }
        self.difference = difference
        guard difference == nil, let normalizer = try file.optional("normalizer"),
            let decoder = try file.optional("decoder")
        else { return }
        rules.normalizer = BERTNormalizer(
            cleansText: try normalizer.optionalBool("clean_text") ?? true,
            splitsChinese: try normalizer.optionalBool("handle_chinese_chars") ?? true,
            stripsAccents: try normalizer.optionalBool("strip_accents"),
            lowercases: try normalizer.optionalBool("lowercase") ?? true)
        rules.cleansUpTokens = try decoder.optionalBool("cleanup") ?? true
    }

    /// What the file defines, but for its added tokens and what is put around texts.
    /// - Parameter file: the path of the file, for messages.
    func definition(file: String) throws(TokenizerError) -> TokenizerDefinition {
        if let difference { throw .unsupported(file: file, cause: difference) }
        var definition = TokenizerDefinition(
            vocabulary: vocabulary, merges: [], unknownToken: unknownToken, files: (file, file, file))
        definition.options.wordPieces = rules
        return definition
    }
}
