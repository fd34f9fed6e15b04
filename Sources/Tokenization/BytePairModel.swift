/// `model` in `tokenizer.json`.
struct BytePairModel: Decodable {
    private(set) var vocabulary: [String: Int] = [:]
    private(set) var merges: [(left: String, right: String)] = []
    private(set) var unknownToken: String?
    private(set) var fusesUnknown = false
    private(set) var ignoresMerges = false
    /// What keeps the model from being used here, or `nil`. If there is something, the rest is not read.
    private(set) var unsupportedFeature: String?

    private enum CodingKeys: String, CodingKey {
        case type, vocab, merges, dropout
        case unknownToken = "unk_token"
        case subwordPrefix = "continuing_subword_prefix"
        case wordSuffix = "end_of_word_suffix"
        case fusesUnknown = "fuse_unk"
        case byteFallback = "byte_fallback"
        case ignoresMerges = "ignore_merges"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        unsupportedFeature = try Self.unsupportedFeature(container)
        guard unsupportedFeature == nil else { return }
        vocabulary = try container.decode([String: Int].self, forKey: .vocab)
        merges = try Self.merges(container)
        unknownToken = try container.decodeIfPresent(String.self, forKey: .unknownToken)
        fusesUnknown = try container.decodeIfPresent(Bool.self, forKey: .fusesUnknown) ?? false
        ignoresMerges = try container.decodeIfPresent(Bool.self, forKey: .ignoresMerges) ?? false
    }

    private static func unsupportedFeature(_ container: KeyedDecodingContainer<CodingKeys>) throws -> String? {
        if let type = try container.decodeIfPresent(String.self, forKey: .type), type != "BPE" {
            return "a model of type \(type), expected BPE"
        }
        if let dropout = try container.decodeIfPresent(Double.self, forKey: .dropout), dropout != 0 {
            return "dropout of merges, which makes the ids of a text random"
        }
        for key in [CodingKeys.subwordPrefix, .wordSuffix] {
            if let affix = try container.decodeIfPresent(String.self, forKey: key), !affix.isEmpty {
                return "\(key.rawValue) \"\(affix)\""
            }
        }
        return try container.decodeIfPresent(Bool.self, forKey: .byteFallback) == true ? "byte_fallback" : nil
    }

    /// Reads merges, as `"a b"` or, since version 0.20 of the library, as `["a", "b"]`.
    private static func merges(_ container: KeyedDecodingContainer<CodingKeys>) throws -> [(
        left: String, right: String
    )] {
        // One question for the whole list: a failed attempt for each merge would take longer than everything else.
        guard let lines = try? container.decode([String].self, forKey: .merges) else {
            return try container.decode([[String]].self, forKey: .merges).enumerated().map { index, tokens in
                guard tokens.count == 2 else { throw notAPair("\(tokens)", index, container) }
                return (tokens[0], tokens[1])
            }
        }
        return try lines.enumerated().map { index, line in
            guard let pair = MergeList.pair(line[...].utf8) else { throw notAPair("\"\(line)\"", index, container) }
            return pair
        }
    }

    private static func notAPair(
        _ merge: String, _ index: Int, _ container: KeyedDecodingContainer<CodingKeys>
    ) -> DecodingError {
        .dataCorruptedError(
            forKey: .merges, in: container,
            debugDescription: "merge \(index + 1), \(merge), is not two tokens with a blank between")
    }
}
