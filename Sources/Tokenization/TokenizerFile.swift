/// `tokenizer.json`, as the `tokenizers` library writes it.
struct TokenizerFile: Decodable {
    private let addedTokens: [AddedTokenEntry]?
    private let normalizer: Component?
    private let preTokenizer: Component?
    private let postProcessor: PostProcessor?
    private let decoder: Component?
    private let model: BytePairModel

    private enum CodingKeys: String, CodingKey {
        case normalizer, decoder, model
        case addedTokens = "added_tokens"
        case preTokenizer = "pre_tokenizer"
        case postProcessor = "post_processor"
    }

    /// A part of the pipeline, of which the settings of byte-level BPE are known only.
    private struct Component: Decodable {
        let type: String
        let addsPrefixSpace: Bool?
        let splitsWords: Bool?

        private enum CodingKeys: String, CodingKey {
            case type
            case addsPrefixSpace = "add_prefix_space"
            case splitsWords = "use_regex"
        }
    }

    private struct AddedTokenEntry: Decodable {
        let id: Int
        let entry: SpecialTokensFile.Entry

        private enum CodingKeys: String, CodingKey { case id }

        init(from decoder: any Decoder) throws {
            id = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .id)
            entry = try SpecialTokensFile.Entry(from: decoder)
        }
    }

    /// What the file defines.
    /// - Parameter file: the path of the file, for messages.
    /// - Throws: `TokenizerError.unsupported` for anything but byte-level BPE without normalisation, `.malformed` for
    ///   contradictions.
    func definition(file: String) throws(TokenizerError) -> TokenizerDefinition {
        if let reason = model.unsupportedFeature { throw .unsupported(file: file, cause: reason) }
        if let normalizer { throw .unsupported(file: file, cause: "the normalizer \(normalizer.type)") }
        guard let preTokenizer, preTokenizer.type == "ByteLevel" else {
            throw .unsupported(
                file: file, cause: "the pre-tokenizer \(preTokenizer?.type ?? "null"), expected ByteLevel")
        }
        if let decoder, decoder.type != "ByteLevel" {
            throw .unsupported(file: file, cause: "the decoder \(decoder.type), expected ByteLevel")
        }
        var definition = TokenizerDefinition(
            vocabulary: model.vocabulary, merges: model.merges,
            addedTokens: (addedTokens ?? []).map { $0.entry.token(id: $0.id) },
            unknownToken: model.unknownToken, files: (file, file, file))
        definition.options.addsPrefixSpace = preTokenizer.addsPrefixSpace ?? true
        definition.options.splitsWords = preTokenizer.splitsWords ?? true
        definition.options.ignoresMerges = model.ignoresMerges
        definition.options.fusesUnknown = model.fusesUnknown
        do {
            (definition.options.prefix, definition.options.suffix) = try postProcessor?.affixes() ?? ([], [])
        } catch {
            throw .unsupported(file: file, cause: error.cause)
        }
        return definition
    }
}
