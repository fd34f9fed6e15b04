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
        merges = try container.decode([Pair].self, forKey: .merges).map { ($0.left, $0.right) }
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

    /// A merge, as `"a b"` or, since version 0.20 of the library, as `["a", "b"]`.
    private struct Pair: Decodable {
        let left: String
        let right: String

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                guard let pair = MergeList.pair(text[...].utf8) else {
                    throw DecodingError.dataCorrupted(
                        DecodingError.Context(
                            codingPath: decoder.codingPath,
                            debugDescription: "\"\(text)\" is not two tokens with a blank between"))
                }
                (left, right) = pair
                return
            }
            var container = try decoder.unkeyedContainer()
            left = try container.decode(String.self)
            right = try container.decode(String.self)
            guard container.isAtEnd else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "a merge is of two tokens, not of more")
            }
        }
    }
}
