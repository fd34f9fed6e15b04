import CaptionerFiles
import CaptionerJSON
import SystemPackage

/// The folder of a checkpoint, as far as it describes a tokenizer.
struct TokenizerFolder {
    let folder: FilePath

    init(_ folder: FilePath) { self.folder = folder }

    /// Reads all files that are there and joins what they say.
    func definition() throws(TokenizerError) -> TokenizerDefinition {
        var specialTokens = try specialTokens()
        var definition: TokenizerDefinition
        if let file = try read("tokenizer.json", TokenizerFile.init) {
            definition = try file.definition(file: path("tokenizer.json"))
            specialTokens.fileTokens = file.addedTokens
            if specialTokens.isGPT2 {
                definition.options.addsPrefixSpace = specialTokens.configuration.addsPrefixSpace ?? false
            }
        } else {
            definition = try filesDefinition()
            let endsWords = definition.options.endsWords
            definition.options.addsPrefixSpace = !endsWords && specialTokens.configuration.addsPrefixSpace ?? false
        }
        specialTokens.endsWords = definition.options.endsWords
        let words = specialTokens.configuration
        if definition.options.wordPieces != nil {
            specialTokens.hasWordPieces = true
            // The class of the tokenizer changes its normalizer to what the configuration says.
            if let lowercases = words.lowercases { definition.options.wordPieces?.normalizer.lowercases = lowercases }
            if let strips = words.stripsAccents { definition.options.wordPieces?.normalizer.stripsAccents = strips }
            if let splits = words.splitsChinese { definition.options.wordPieces?.normalizer.splitsChinese = splits }
        }
        definition.options.removesTokenizationSpaces =
            specialTokens.configuration.removesTokenizationSpaces ?? (specialTokens.isGemma ? false : nil)
        let added = specialTokens.join(definition.vocabulary)
        definition.addedTokens = added.tokens
        let configuration = specialTokens.configuration
        if specialTokens.isGemma {
            definition.options.prefix =
                configuration.addsBeginning ?? true ? [try id(of: .beginning, specialTokens, added)] : []
            definition.options.suffix = configuration.addsEnd ?? false ? [try id(of: .end, specialTokens, added)] : []
        } else if definition.options.prefix.isEmpty, definition.options.suffix.isEmpty {
            if specialTokens.hasWordPieces {
                definition.options.prefix = [try id(of: .classification, specialTokens, added)]
                definition.options.suffix = [try id(of: .separator, specialTokens, added)]
            }
            // Files from before post-processors carried it leave the first token to the configuration.
            if configuration.addsBeginning == true || specialTokens.endsWords {
                definition.options.prefix = [try id(of: .beginning, specialTokens, added)]
            }
            if configuration.addsEnd == true || specialTokens.endsWords {
                definition.options.suffix = [try id(of: .end, specialTokens, added)]
            }
        }
        return definition
    }

    /// What `vocab.json` and `merges.txt` say, or `vocab.txt`.
    private func filesDefinition() throws(TokenizerError) -> TokenizerDefinition {
        let ids = try read("vocab.json") { file throws(TokenizerRejection) in try file.ids() }
        guard let ids, let merges = try text("merges.txt") else {
            if let pieces = try text("vocab.txt", isListOfTokens: true) { return wordPiecesDefinition(pieces) }
            throw .missing(
                folder: folder.escaped,
                cause: "neither tokenizer.json nor both vocab.json and merges.txt are there, nor vocab.txt")
        }
        var definition = TokenizerDefinition(
            vocabulary: ids, merges: try MergeList.parse(merges, file: path("merges.txt")),
            files: (path("vocab.json"), path("merges.txt"), path("tokenizer_config.json")))
        // Not every folder says the class of its tokenizer; the tokens show it.
        definition.options.endsWords = ids[ExactString("a" + CLIPPipeline.endOfWord)] != nil
        return definition
    }

    /// - Parameter pieces: a token in each line, whose number is its id.
    private func wordPiecesDefinition(_ pieces: String) -> TokenizerDefinition {
        var ids: [ExactString: Int] = [:]
        var lines = pieces.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        for (id, line) in lines.enumerated() {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            ids[ExactString(String(decoding: line, as: UTF8.self))] = id
        }
        let (file, configuration) = (path("vocab.txt"), path("tokenizer_config.json"))
        var definition = TokenizerDefinition(
            vocabulary: ids, merges: [], unknownToken: "[UNK]", files: (file, file, configuration))
        definition.options.wordPieces = WordPieces()
        return definition
    }

    /// What the files beside say.
    private func specialTokens() throws(TokenizerError) -> SpecialTokens {
        var tokens = SpecialTokens()
        let added = try read("added_tokens.json") { file throws(TokenizerRejection) in
            var tokens: [(content: ExactString, id: Int)] = []
            for (content, field) in try file.members() { tokens.append((content, try field.integer())) }
            return tokens
        }
        tokens.addedTokens = added ?? []
        tokens.map = try specialTokens("special_tokens_map.json", marksSpecial: true)
        tokens.configuration = try specialTokens("tokenizer_config.json", marksSpecial: false)
        return tokens
    }

    private func specialTokens(_ name: String, marksSpecial: Bool) throws(TokenizerError) -> SpecialTokensFile {
        try read(name) { file throws(TokenizerRejection) in
            try SpecialTokensFile(file, marksSpecial: marksSpecial)
        } ?? SpecialTokensFile()
    }

    private func id(
        of role: SpecialTokenRole, _ tokens: SpecialTokens, _ added: AddedVocabulary
    ) throws(TokenizerError) -> Int {
        let content = tokens.contentOfRole[role]
        guard let id = content.flatMap(added.id) else {
            let problem = content.map { "\"\($0)\" is no token" } ?? "there is none"
            throw .malformed(
                file: path("tokenizer_config.json"), keyPath: "add_\(role.rawValue)",
                cause: "the sequence should get a \(role.rawValue), but \(problem)")
        }
        return id
    }
}
