/// What `tokenizer_config.json` and `special_tokens_map.json` say of special tokens.
struct SpecialTokensFile: Decodable {
    /// The tokens that have a role, by its name, such as `bos_token`.
    private(set) var named: [String: Entry] = [:]
    /// Tokens that are special without a role.
    private(set) var additional: [Entry] = []
    /// Tokens with their ids.
    private(set) var addedTokens: [AddedToken] = []
    private(set) var addsBeginning: Bool?
    private(set) var addsEnd: Bool?
    private(set) var addsPrefixSpace: Bool?
    private(set) var removesTokenizationSpaces: Bool?

    /// A token, written as a string or as an object with flags.
    struct Entry: Decodable {
        let content: String
        private(set) var isSpecial = false
        private(set) var isSingleWord = false
        private(set) var stripsLeft = false
        private(set) var stripsRight = false
        private(set) var isNormalized = false

        private enum CodingKeys: String, CodingKey {
            case content, special, lstrip, rstrip, normalized
            case singleWord = "single_word"
        }

        init(from decoder: any Decoder) throws {
            if let content = try? decoder.singleValueContainer().decode(String.self) {
                self.content = content
                return
            }
            let container = try decoder.container(keyedBy: CodingKeys.self)
            func flag(_ key: CodingKeys) throws -> Bool {
                try container.decodeIfPresent(Bool.self, forKey: key) ?? false
            }
            content = try container.decode(String.self, forKey: .content)
            isSpecial = try flag(.special)
            isSingleWord = try flag(.singleWord)
            stripsLeft = try flag(.lstrip)
            stripsRight = try flag(.rstrip)
            isNormalized = try flag(.normalized)
        }

        /// The token with an id.
        func token(id: Int) -> AddedToken {
            AddedToken(
                content: content, id: id, isSpecial: isSpecial, isSingleWord: isSingleWord, stripsLeft: stripsLeft,
                stripsRight: stripsRight, isNormalized: isNormalized)
        }
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case beginning = "bos_token"
        case end = "eos_token"
        case unknown = "unk_token"
        case padding = "pad_token"
        case separator = "sep_token"
        case classification = "cls_token"
        case mask = "mask_token"
        case additional = "additional_special_tokens"
        case addedTokens = "added_tokens_decoder"
        case addsBeginning = "add_bos_token"
        case addsEnd = "add_eos_token"
        case addsPrefixSpace = "add_prefix_space"
        case removesTokenizationSpaces = "clean_up_tokenization_spaces"

        static let roles: [CodingKeys] = [.beginning, .end, .unknown, .padding, .separator, .classification, .mask]
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        for role in CodingKeys.roles {
            named[role.rawValue] = try container.decodeIfPresent(Entry.self, forKey: role)
        }
        additional = try container.decodeIfPresent([Entry].self, forKey: .additional) ?? []
        for (key, entry) in try container.decodeIfPresent([String: Entry].self, forKey: .addedTokens) ?? [:] {
            guard let id = Int(key) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .addedTokens, in: container, debugDescription: "\"\(key)\" is not an id")
            }
            addedTokens.append(entry.token(id: id))
        }
        addsBeginning = try container.decodeIfPresent(Bool.self, forKey: .addsBeginning)
        addsEnd = try container.decodeIfPresent(Bool.self, forKey: .addsEnd)
        addsPrefixSpace = try container.decodeIfPresent(Bool.self, forKey: .addsPrefixSpace)
        removesTokenizationSpaces = try container.decodeIfPresent(Bool.self, forKey: .removesTokenizationSpaces)
    }
}
