import CaptionerJSON

/// `model` in `tokenizer.json`.
struct BytePairModel {
    private(set) var vocabulary: [ExactString: Int] = [:]
    private(set) var merges: [(left: String, right: String)] = []
    private(set) var unknownToken: String?
    private(set) var fusesUnknown = false
    private(set) var ignoresMerges = false
    /// Whether a character that is no token becomes the tokens of its bytes.
    private(set) var fallsBackToBytes = false
    /// What marks the end of a word in a token; empty without.
    private(set) var endOfWord = ""
    /// What keeps the model from being used here, or `nil`. If there is something, the rest is not read.
    private(set) var unsupportedFeature: String?

    init(_ field: JSONField) throws(TokenizerRejection) {
        unsupportedFeature = try Self.unsupportedFeature(field)
        guard unsupportedFeature == nil else { return }
        vocabulary = try field.required("vocab").ids()
        merges = try Self.merges(field.required("merges"))
        unknownToken = try field.optionalString("unk_token")
        fusesUnknown = try field.optionalBool("fuse_unk") ?? false
        endOfWord = try field.optionalString("end_of_word_suffix") ?? ""
        ignoresMerges = try field.optionalBool("ignore_merges") ?? false
        fallsBackToBytes = try field.optionalBool("byte_fallback") ?? false
    }

    private static func unsupportedFeature(_ field: JSONField) throws(TokenizerRejection) -> String? {
        if let type = try field.optionalString("type"), type != "BPE" {
            return "a model of type \(type), expected BPE or WordPiece"
        }
        if let dropout = try field.optional("dropout")?.double(), dropout != 0 {
            return "dropout of merges, which makes the ids of a text random"
        }
        let affixes = ["continuing_subword_prefix": "", "end_of_word_suffix": CLIPPipeline.endOfWord]
        for (key, known) in affixes.sorted(by: { $0.key < $1.key }) {
            if let affix = try field.optionalString(key), !affix.isEmpty, affix.utf8.elementsEqual(known.utf8) == false
            {
                return "\(key) \"\(affix)\""
            }
        }
        let endsWords = try field.optionalString("end_of_word_suffix")?.isEmpty == false
        let fallsBackToBytes = try field.optionalBool("byte_fallback") == true
        return endsWords && fallsBackToBytes ? "byte_fallback with end_of_word_suffix" : nil
    }

    /// Reads merges, as `"a b"` or, since version 0.20 of the library, as `["a", "b"]`.
    private static func merges(
        _ field: JSONField
    ) throws(TokenizerRejection) -> [(left: String, right: String)] {
        guard let elements = field.value.elements else {
            throw TokenizerRejection("expected an array, found \(field.value.kind)", keyPath: field.path)
        }
        var merges: [(left: String, right: String)] = []
        merges.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            switch element {
            case .string(let line):
                // The library takes it for a header, as in a file of lines.
                if line.utf8.starts(with: "#version".utf8) { continue }
                guard let pair = MergeList.pair(line[...].utf8) else {
                    throw notAPair("\"\(line)\"", index, field)
                }
                merges.append(pair)
            case .array(let tokens):
                let texts = tokens.compactMap(\.text)
                guard tokens.count == 2, texts.count == 2 else { throw notAPair(element.json(), index, field) }
                merges.append((texts[0], texts[1]))
            default: throw notAPair(element.json(), index, field)
            }
        }
        return merges
    }

    private static func notAPair(_ merge: String, _ index: Int, _ field: JSONField) -> TokenizerRejection {
        TokenizerRejection(
            "merge \(index + 1), \(merge), is not two tokens with a blank between", keyPath: field.path)
    }
}
