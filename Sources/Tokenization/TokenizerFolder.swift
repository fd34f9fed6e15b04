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

    /// What `vocab.json` and `merges.txt` say.
    private func filesDefinition() throws(TokenizerError) -> TokenizerDefinition {
        let ids = try read("vocab.json") { file throws(TokenizerRejection) in try file.ids() }
        guard let ids, let merges = try text("merges.txt") else {
            throw .missing(
                folder: folder.escaped, cause: "neither tokenizer.json nor both vocab.json and merges.txt are there")
        }
        var definition = TokenizerDefinition(
            vocabulary: ids, merges: try MergeList.parse(merges, file: path("merges.txt")),
            files: (path("vocab.json"), path("merges.txt"), path("tokenizer_config.json")))
        // Not every folder says the class of its tokenizer; the tokens show it.
        definition.options.endsWords = ids[ExactString("a" + CLIPPipeline.endOfWord)] != nil
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
