/// `post_processor` in `tokenizer.json`: what goes in front of a text and behind it.
struct PostProcessor: Decodable {
    private let type: String
    private let single: [Piece]?
    private let specialTokens: [String: SpecialToken]?
    private let processors: [PostProcessor]?

    private enum CodingKeys: String, CodingKey {
        case type, single, processors
        case specialTokens = "special_tokens"
    }

    /// Either the place of the text or a special token.
    private struct Piece: Decodable {
        struct Name: Decodable { let id: String }
        let specialToken: Name?
        let sequence: Name?

        private enum CodingKeys: String, CodingKey {
            case specialToken = "SpecialToken"
            case sequence = "Sequence"
        }
    }

    private struct SpecialToken: Decodable { let ids: [Int] }

    /// The ids that go in front of those of a single text and behind them.
    func affixes() throws(TokenizerRejection) -> (prefix: [Int], suffix: [Int]) {
        switch type {
        case "ByteLevel": return ([], [])
        case "TemplateProcessing": return try template()
        case "Sequence":
            var (prefix, suffix): ([Int], [Int]) = ([], [])
            for processor in processors ?? [] {
                let outer = try processor.affixes()
                prefix = outer.prefix + prefix
                suffix += outer.suffix
            }
            return (prefix, suffix)
        default: throw TokenizerRejection("the post-processor \(type)")
        }
    }

    private func template() throws(TokenizerRejection) -> (prefix: [Int], suffix: [Int]) {
        var prefix: [Int] = []
        var suffix: [Int]?
        for piece in single ?? [] {
            if let name = piece.specialToken?.id {
                guard let ids = specialTokens?[name]?.ids else {
                    throw TokenizerRejection("a template with \"\(name)\", which is not among its special tokens")
                }
                if suffix == nil { prefix += ids } else { suffix? += ids }
            } else {
                guard suffix == nil else { throw TokenizerRejection("a template that repeats the text") }
                suffix = []
            }
        }
        guard let suffix else { throw TokenizerRejection("a template without the text") }
        return (prefix, suffix)
    }
}
