import CaptionerJSON
package import SystemPackage

/// Byte-pair encoding: of bytes, as GPT-2, OPT and CLIP use it (Radford et al. 2019), or of characters with tokens of bytes for
/// those that are rare, as Gemma does. Or WordPiece, as BERT uses it.
///
/// Text becomes the ids that the `tokenizers` library makes of it, and ids become its text. Limits that the files may
/// set on the length of sequences are not applied.
package struct Tokenizer: Sendable {
    /// The ids of the tokens that mark something in the sequence, such as its start, rather than being text.
    package let specialTokenIDs: Set<Int>
    /// Whether decoded text should lose the blanks before punctuation: `clean_up_tokenization_spaces` of
    /// `tokenizer_config.json`, nil where it is not said. Decoding leaves them, and its callers decide.
    package var removesTokenizationSpaces: Bool? { options.removesTokenizationSpaces }

    /// Whether words are split into pieces, as BERT's tokenizer does.
    package var splitsIntoPieces: Bool { options.wordPieces != nil }

    let vocabulary: Vocabulary
    let merges: BytePairMerges
    /// The added tokens that are looked for before normalisation, those that are looked for after it, and all.
    let addedTokens: (raw: AddedTokenMatcher, normalized: AddedTokenMatcher, all: AddedTokenMatcher)
    /// The id of each byte, where symbols are characters that of the token `<0x00>` to `<0xFF>`.
    let byteIDs: [Int?]
    /// The ids of characters, where these are symbols.
    let characterIDs: [Unicode.Scalar: Int32]
    /// The id of each byte at the end of a word, where ends of words are marked.
    let lastByteIDs: [Int?]
    /// The id of bytes or characters without one. Without it, they are dropped.
    let unknownID: Int?
    let options: TokenizerOptions

    /// Loads the tokenizer of a checkpoint: `tokenizer.json`, or else `vocab.json` and `merges.txt`, or `vocab.txt`.
    ///
    /// `tokenizer_config.json`, `special_tokens_map.json` and `added_tokens.json` add to what these say, where they
    /// exist.
    /// - Throws: `TokenizerError`.
    package init(folder: FilePath) throws(TokenizerError) {
        try self.init(TokenizerFolder(folder).definition())
    }

    init(_ definition: TokenizerDefinition) throws(TokenizerError) {
        let (files, options) = (definition.files, definition.options)
        var vocabulary = try Self.reporting(files.vocabulary) { () throws(TokenizerRejection) in
            try Vocabulary(definition.vocabulary)
        }
        merges = try Self.reporting(files.merges) { () throws(TokenizerRejection) in
            try BytePairMerges(definition.merges, vocabulary: vocabulary)
        }
        unknownID = try Self.reporting(files.vocabulary) { () throws(TokenizerRejection) in
            guard let unknown = definition.unknownToken else { return nil }
            guard let id = vocabulary.id(for: unknown) else {
                throw TokenizerRejection("the unknown token \"\(unknown)\" is not in the vocabulary")
            }
            return id
        }
        let bytes =
            options.fallsBackToBytes ? ByteFallback.spellings : ByteAlphabet.scalars.map { String(Character($0)) }
        byteIDs = bytes.map { vocabulary.id(for: $0) }
        characterIDs = options.fallsBackToBytes ? vocabulary.characterIDs : [:]
        lastByteIDs =
            options.endsWords
            ? ByteAlphabet.scalars.map { vocabulary.id(for: String(Character($0)) + CLIPPipeline.endOfWord) } : byteIDs
        try Self.reporting(files.addedTokens) { () throws(TokenizerRejection) in
            for token in definition.addedTokens {
                if let id = token.id { try vocabulary.insert(token.content.string, id: id) }
            }
            for id in options.prefix + options.suffix where vocabulary.token(for: id) == nil {
                throw TokenizerRejection("texts should get the id \(id), which no token has")
            }
        }
        self.vocabulary = vocabulary
        addedTokens = (
            raw: AddedTokenMatcher(definition.addedTokens.filter(\.isFoundEarly)),
            normalized: AddedTokenMatcher(
                definition.addedTokens.filter(\.isFoundLate),
                spelling: { options.normalized($0) }),
            all: AddedTokenMatcher(definition.addedTokens)
        )
        specialTokenIDs = Set(definition.addedTokens.filter(\.isSpecial).compactMap(\.id))
        self.options = options
    }

    /// The ids before those of a text, and those after it.
    package var affixes: (prefix: [Int], suffix: [Int]) { (options.prefix, options.suffix) }

    /// The number of tokens, added ones included.
    package var vocabularySize: Int { vocabulary.count }

    /// All ids are below; more than ``vocabularySize`` where some are left out.
    package var idLimit: Int { vocabulary.idLimit }

    /// The token of an id as the vocabulary spells it (` the` is `Ġthe` in byte-level BPE, `▁the` in Gemma's), or `nil` when no
    /// token has it.
    package func token(for id: Int) -> String? { vocabulary.token(for: id) }

    /// The id of a token, spelled as in the vocabulary, or `nil` when there is no such token.
    package func id(for token: String) -> Int? { vocabulary.id(for: token) }

    private static func reporting<Result>(
        _ file: String, _ body: () throws(TokenizerRejection) -> Result
    ) throws(TokenizerError) -> Result {
        do {
            return try body()
        } catch {
            throw .malformed(file: file, keyPath: error.keyPath, cause: error.cause)
        }
    }
}
