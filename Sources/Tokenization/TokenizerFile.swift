import CaptionerJSON

/// `tokenizer.json`, as the `tokenizers` library writes it.
struct TokenizerFile {
    /// The added tokens, in the order of the file.
    private(set) var addedTokens: [(id: Int, entry: AddedTokenEntry)] = []
    private let normalizer: Component?
    /// What is not as CLIP or Gemma have it, where it should be.
    private let difference: String?
    private let splitsMarkers: Bool
    private let preTokenizer: Component?
    private let postProcessor: PostProcessor?
    private let decoder: Component?
    private let model: BytePairModel
    private let wordPieces: WordPieceFile?

    /// A part of the pipeline, of which the settings of byte-level BPE are known only.
    private struct Component {
        let type: String
        let addsPrefixSpace: Bool?
        let splitsWords: Bool?
        /// Whether digits are words of their own, before a part of byte-level BPE.
        var splitsDigits = false

        init?(_ key: String, of file: JSONField) throws(TokenizerRejection) {
            guard var field = try file.optional(key) else { return nil }
            if key == "pre_tokenizer", let byteLevel = try Self.afterDigits(field) {
                field = byteLevel
                splitsDigits = true
            }
            type = try field.required("type").string()
            addsPrefixSpace = try field.optionalBool("add_prefix_space")
            splitsWords = try field.optionalBool("use_regex")
        }

        /// What follows digits one by one, as SmolLM has it; nil for another pre-tokenizer.
        private static func afterDigits(_ field: JSONField) throws(TokenizerRejection) -> JSONField? {
            guard try field.required("type").string().hasSameBytes(as: "Sequence"),
                let parts = try field.optional("pretokenizers")?.elements(), parts.count == 2,
                try parts[0].required("type").string().hasSameBytes(as: "Digits"),
                try parts[0].optionalBool("individual_digits") == true
            else { return nil }
            return parts[1]
        }
    }

    init(_ file: JSONField) throws(TokenizerRejection) {
        for field in try file.optional("added_tokens")?.elements() ?? [] {
            addedTokens.append((try field.required("id").integer(), try AddedTokenEntry(field)))
        }
        normalizer = try Component("normalizer", of: file)
        preTokenizer = try Component("pre_tokenizer", of: file)
        postProcessor = try file.optional("post_processor").map(PostProcessor.init)
        decoder = try Component("decoder", of: file)
        model = try BytePairModel(file.required("model"))
        wordPieces = try WordPieceFile(file)
        if model.fallsBackToBytes {
            difference = try ByteFallbackPipeline.difference(file)
        } else {
            difference = try model.endOfWord.isEmpty ? nil : CLIPPipeline.difference(file)
        }
        splitsMarkers = try model.endOfWord.isEmpty ? false : CLIPPipeline.splitsMarkers(file)
    }

    /// What the file defines, but for its added tokens.
    /// - Parameter file: the path of the file, for messages.
    /// - Throws: `TokenizerError.unsupported` for anything but byte-level BPE, without normalisation or as CLIP has it,
    ///   BPE of characters as Gemma has it, and WordPiece as BERT has it.
    func definition(file: String) throws(TokenizerError) -> TokenizerDefinition {
        var definition: TokenizerDefinition
        if let wordPieces {
            definition = try wordPieces.definition(file: file)
        } else {
            definition = try pairDefinition(file: file)
        }
        do {
            (definition.options.prefix, definition.options.suffix) = try postProcessor?.affixes() ?? ([], [])
        } catch {
            throw .unsupported(file: file, cause: error.cause)
        }
        return definition
    }

    private func pairDefinition(file: String) throws(TokenizerError) -> TokenizerDefinition {
        if let reason = model.unsupportedFeature { throw .unsupported(file: file, cause: reason) }
        let isCLIP = !model.endOfWord.isEmpty
        if let cause = model.fallsBackToBytes || isCLIP ? difference : differenceToByteLevel {
            throw .unsupported(file: file, cause: cause)
        }
        if !model.fallsBackToBytes, let decoder, decoder.type != "ByteLevel" {
            throw .unsupported(file: file, cause: "the decoder \(decoder.type), expected ByteLevel")
        }
        var definition = TokenizerDefinition(
            vocabulary: model.vocabulary, merges: model.merges, unknownToken: model.unknownToken,
            files: (file, file, file))
        definition.options.endsWords = isCLIP
        definition.options.fallsBackToBytes = model.fallsBackToBytes
        definition.options.splitsMarkers = splitsMarkers
        if !isCLIP, !model.fallsBackToBytes {
            definition.options.addsPrefixSpace = preTokenizer?.addsPrefixSpace ?? true
            definition.options.splitsWords = preTokenizer?.splitsWords ?? true
            definition.options.splitsDigits = preTokenizer?.splitsDigits ?? false
        }
        definition.options.ignoresMerges = model.ignoresMerges
        definition.options.fusesUnknown = model.fusesUnknown
        return definition
    }

    /// What is not as byte-level BPE has it.
    private var differenceToByteLevel: String? {
        if let normalizer { return "the normalizer \(normalizer.type)" }
        return preTokenizer?.type == "ByteLevel"
            ? nil : "the pre-tokenizer \(preTokenizer?.type ?? "null"), expected ByteLevel"
    }
}
