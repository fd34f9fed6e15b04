import CaptionerJSON

/// `tokenizer.json`, as the `tokenizers` library writes it.
struct TokenizerFile {
    /// The added tokens, in the order of the file.
    private(set) var addedTokens: [(id: Int, entry: AddedTokenEntry)] = []
    private let normalizer: Component?
    /// What is not as CLIP has it.
    private let differenceToCLIP: String?
    private let splitsMarkers: Bool
    private let preTokenizer: Component?
    private let postProcessor: PostProcessor?
    private let decoder: Component?
    private let model: BytePairModel

    /// A part of the pipeline, of which the settings of byte-level BPE are known only.
    private struct Component {
        let type: String
        let addsPrefixSpace: Bool?
        let splitsWords: Bool?

        init?(_ key: String, of file: JSONField) throws(TokenizerRejection) {
            guard let field = try file.optional(key) else { return nil }
            type = try field.required("type").string()
            addsPrefixSpace = try field.optionalBool("add_prefix_space")
            splitsWords = try field.optionalBool("use_regex")
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
        differenceToCLIP = try model.endOfWord.isEmpty ? nil : CLIPPipeline.difference(file)
        splitsMarkers = try model.endOfWord.isEmpty ? false : CLIPPipeline.splitsMarkers(file)
    }

    /// What the file defines, but for its added tokens.
    /// - Parameter file: the path of the file, for messages.
    /// - Throws: `TokenizerError.unsupported` for anything but byte-level BPE, without normalisation or as CLIP has it.
    func definition(file: String) throws(TokenizerError) -> TokenizerDefinition {
        if let reason = model.unsupportedFeature { throw .unsupported(file: file, cause: reason) }
        let isCLIP = !model.endOfWord.isEmpty
        if isCLIP {
            if let differenceToCLIP { throw .unsupported(file: file, cause: differenceToCLIP) }
        } else if let normalizer {
            throw .unsupported(file: file, cause: "the normalizer \(normalizer.type)")
        } else if preTokenizer?.type != "ByteLevel" {
            throw .unsupported(
                file: file, cause: "the pre-tokenizer \(preTokenizer?.type ?? "null"), expected ByteLevel")
        }
        if let decoder, decoder.type != "ByteLevel" {
            throw .unsupported(file: file, cause: "the decoder \(decoder.type), expected ByteLevel")
        }
        var definition = TokenizerDefinition(
            vocabulary: model.vocabulary, merges: model.merges, unknownToken: model.unknownToken,
            files: (file, file, file))
        definition.options.endsWords = isCLIP
        definition.options.splitsMarkers = splitsMarkers
        definition.options.addsPrefixSpace = !isCLIP && preTokenizer?.addsPrefixSpace ?? true
        definition.options.splitsWords = isCLIP || preTokenizer?.splitsWords ?? true
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
