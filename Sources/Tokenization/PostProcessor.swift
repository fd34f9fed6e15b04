import CaptionerJSON

/// `post_processor` in `tokenizer.json`: what goes before a text and after it.
struct PostProcessor {
    private enum Piece {
        case specialToken(String)
        /// The place of the text.
        case sequence
    }

    private let type: String
    private var single: [Piece] = []
    private var specialTokens: [ExactString: [Int]] = [:]
    private var processors: [PostProcessor] = []
    /// What RoBERTa's puts before and after a text.
    private var ends: [String: Int] = [:]

    init(_ field: JSONField) throws(TokenizerRejection) {
        type = try field.required("type").string()
        for piece in try field.optional("single")?.elements() ?? [] {
            let token = try piece.optional("SpecialToken")
            single.append(
                try token.map { field throws(TokenizerRejection) in
                    .specialToken(try field.required("id").string())
                } ?? .sequence)
        }
        for (name, token) in try field.optional("special_tokens")?.members() ?? [] {
            var ids: [Int] = []
            for id in try token.required("ids").elements() { ids.append(try id.integer()) }
            specialTokens[name] = ids
        }
        for key in ["cls", "sep"] {
            guard let pair = try field.optional(key)?.elements(), pair.count == 2 else { continue }
            ends[key] = try pair[1].integer()
        }
        for processor in try field.optional("processors")?.elements() ?? [] {
            processors.append(try PostProcessor(processor))
        }
    }

    /// The ids that go before those of a single text and after them.
    func affixes() throws(TokenizerRejection) -> (prefix: [Int], suffix: [Int]) {
        switch type {
        case "ByteLevel": return ([], [])
        case "TemplateProcessing": return try template()
        case "RobertaProcessing", "BertProcessing":
            return (ends["cls"].map { [$0] } ?? [], ends["sep"].map { [$0] } ?? [])
        case "Sequence":
            var (prefix, suffix): ([Int], [Int]) = ([], [])
            for processor in processors {
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
        for piece in single {
            switch piece {
            case .specialToken(let name):
                guard let ids = specialTokens[ExactString(name)] else {
                    throw TokenizerRejection("a template with \"\(name)\", which is not among its special tokens")
                }
                if suffix == nil { prefix += ids } else { suffix? += ids }
            case .sequence:
                guard suffix == nil else { throw TokenizerRejection("a template that repeats the text") }
                suffix = []
            }
        }
        guard let suffix else { throw TokenizerRejection("a template without the text") }
        return (prefix, suffix)
    }
}
