import CaptionerJSON

/// What `tokenizer_config.json` and `special_tokens_map.json` say of special tokens.
struct SpecialTokensFile {
    /// The tokens that have a role. Null, which says that nothing has it, is kept.
    private(set) var named: [SpecialTokenRole: SpecialTokenMention?] = [:]
    /// Tokens that are special without a role.
    private(set) var additional: [SpecialTokenMention] = []
    /// Tokens with their ids, or nil where the file has no such list.
    private(set) var addedTokens: [(id: Int, entry: AddedTokenEntry)]?
    private(set) var tokenizerClass: String?
    private(set) var addsBeginning: Bool?
    private(set) var addsEnd: Bool?
    private(set) var addsPrefixSpace: Bool?
    private(set) var removesTokenizationSpaces: Bool?
    /// Of BERT's normalizer: whether it lowercases, strips accents and splits Chinese characters.
    private(set) var lowercases: Bool?
    private(set) var stripsAccents: Bool?
    private(set) var splitsChinese: Bool?

    init() {}

    /// - Parameter marksSpecial: whether objects that name tokens say that these are special, as those in
    ///   `special_tokens_map.json` do.
    init(_ file: JSONField, marksSpecial: Bool) throws(TokenizerRejection) {
        for role in SpecialTokenRole.allCases {
            guard file.value[role.rawValue] != nil else { continue }
            let field = try file.optional(role.rawValue)
            var mention: SpecialTokenMention?
            if let field { mention = try SpecialTokenMention(field, marksSpecial: marksSpecial) }
            named.updateValue(mention, forKey: role)
        }
        if let list = try Self.additional(file) {
            let fields = list.value.members == nil ? try list.elements() : try list.members().map(\.field)
            for field in fields { additional.append(try SpecialTokenMention(field, marksSpecial: marksSpecial)) }
        }
        addedTokens = try Self.addedTokens(file)
        tokenizerClass = try file.optionalString("tokenizer_class")
        addsBeginning = try file.optionalBool("add_bos_token")
        addsEnd = try file.optionalBool("add_eos_token")
        addsPrefixSpace = try file.optionalBool("add_prefix_space")
        removesTokenizationSpaces = try file.optionalBool("clean_up_tokenization_spaces")
        lowercases = try file.optionalBool("do_lower_case")
        stripsAccents = try file.optionalBool("strip_accents")
        splitsChinese = try file.optionalBool("tokenize_chinese_chars")
    }

    /// `extra_special_tokens` is how version 5 writes the same; a name for each makes no difference here.
    private static func additional(_ file: JSONField) throws(TokenizerRejection) -> JSONField? {
        if let list = try file.optional("additional_special_tokens") { return list }
        return try file.optional("extra_special_tokens")
    }

    private static func addedTokens(
        _ file: JSONField
    ) throws(TokenizerRejection) -> [(id: Int, entry: AddedTokenEntry)]? {
        guard let list = try file.optional("added_tokens_decoder") else { return nil }
        var tokens: [(id: Int, entry: AddedTokenEntry)] = []
        for (key, field) in try list.members() {
            guard let id = Int(key.string) else {
                throw TokenizerRejection("\"\(key)\" is not an id", keyPath: list.path)
            }
            tokens.append((id, try AddedTokenEntry(field)))
        }
        return tokens
    }
}
