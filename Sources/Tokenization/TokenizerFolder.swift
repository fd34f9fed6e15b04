import Foundation

/// The folder of a checkpoint, as far as it describes a tokenizer.
struct TokenizerFolder {
    private let folder: URL

    init(_ folder: URL) { self.folder = folder }

    /// Reads all files that are there and joins what they say.
    func definition() throws(TokenizerError) -> TokenizerDefinition {
        let specialTokens = try specialTokens()
        if let file = try decode(TokenizerFile.self, "tokenizer.json") {
            var definition = try file.definition(file: path("tokenizer.json"))
            specialTokens.mark(&definition.addedTokens, vocabulary: definition.vocabulary)
            definition.options.removesTokenizationSpaces = specialTokens.removesTokenizationSpaces
            // Files from before post-processors carried it leave the first token to the configuration.
            if definition.options.prefix.isEmpty, definition.options.suffix.isEmpty {
                try addSpecialTokens(specialTokens, to: &definition)
            }
            return definition
        }
        guard let vocabulary = try decode([String: Int].self, "vocab.json"), let merges = try text("merges.txt") else {
            throw .missing(
                folder: folder.path, cause: "neither tokenizer.json nor both vocab.json and merges.txt are there")
        }
        var definition = TokenizerDefinition(
            vocabulary: vocabulary, merges: try MergeList.parse(merges, file: path("merges.txt")),
            files: (path("vocab.json"), path("merges.txt"), path("tokenizer_config.json")))
        definition.options.addsPrefixSpace = specialTokens.addsPrefixSpace
        definition.options.removesTokenizationSpaces = specialTokens.removesTokenizationSpaces
        definition.addedTokens = specialTokens.addedTokens
        specialTokens.mark(&definition.addedTokens, vocabulary: vocabulary)
        try addSpecialTokens(specialTokens, to: &definition)
        return definition
    }

    /// What `tokenizer_config.json` says, with the two older files filling in.
    private func specialTokens() throws(TokenizerError) -> SpecialTokens {
        var tokens = SpecialTokens()
        if let ids = try decode([String: Int].self, "added_tokens.json") {
            tokens.addedTokens = ids.map { AddedToken(content: $0.key, id: $0.value) }
        }
        for name in ["special_tokens_map.json", "tokenizer_config.json"] {
            if let file = try decode(SpecialTokensFile.self, name) { tokens.merge(file) }
        }
        return tokens
    }

    private func addSpecialTokens(_ tokens: SpecialTokens, to definition: inout TokenizerDefinition)
        throws(TokenizerError)
    {
        func id(_ role: String) throws(TokenizerError) -> Int {
            let content = tokens.named[role]?.content
            let id = content.flatMap { content in
                definition.addedTokens.first { $0.content == content }?.id ?? definition.vocabulary[content]
            }
            guard let id else {
                throw .malformed(
                    file: path("tokenizer_config.json"), keyPath: "add_\(role)",
                    cause:
                        "the sequence should get a \(role), but \(content.map { "\"\($0)\" is no token" } ?? "there is none")"
                )
            }
            return id
        }
        if tokens.addsBeginning { definition.options.prefix = [try id("bos_token")] }
        if tokens.addsEnd { definition.options.suffix = [try id("eos_token")] }
    }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func data(_ name: String) throws(TokenizerError) -> Data? {
        let url = folder.appendingPathComponent(name)
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        do {
            return try Data(contentsOf: url)
        } catch {
            throw .unreadable(file: url.path, cause: error.localizedDescription)
        }
    }

    private func text(_ name: String) throws(TokenizerError) -> String? {
        guard let data = try data(name) else { return nil }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw .malformed(file: path(name), keyPath: "", cause: "it is not UTF-8")
        }
        return text
    }

    private func decode<T: Decodable>(_ type: T.Type, _ name: String) throws(TokenizerError) -> T? {
        guard let data = try data(name) else { return nil }
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            throw .malformed(file: path(name), keyPath: error.dottedPath, cause: error.cause)
        } catch {
            throw .malformed(file: path(name), keyPath: "", cause: "\(error)")
        }
    }
}
