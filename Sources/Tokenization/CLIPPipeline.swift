import CaptionerJSON

/// The normalizer and the pre-tokenizer that CLIP's `tokenizer.json` has: the only ones that go with ends of words.
enum CLIPPipeline {
    /// What marks the end of a word in a token.
    static let endOfWord = "</w>"

    /// The special tokens that transformers 5 makes words of where they are not found before, since they are in other case.
    static let markers = ["<|startoftext|>", "<|endoftext|>"]

    /// The expressions of words that transformers 4 and 5 write.
    private static let words = [
        #"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"#,
        #"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"#,
    ]

    /// What in a file is not as CLIP has it; nil if all is.
    static func difference(_ file: JSONField) throws(TokenizerRejection) -> String? {
        if let cause = try difference(ofNormalizer: file.optional("normalizer")) { return cause }
        return try difference(ofPreTokenizer: file.optional("pre_tokenizer"))
    }

    /// Whether the expression of words has special tokens in it.
    static func splitsMarkers(_ file: JSONField) throws(TokenizerRejection) -> Bool {
        guard let part = try file.optional("pre_tokenizer")?.optional("pretokenizers")?.elements().first else {
            return false
        }
        return try pattern(part) == words[1]
    }

    private static func difference(ofNormalizer field: JSONField?) throws(TokenizerRejection) -> String? {
        let expected = "the normalizer is not NFC, one blank for white space, lower case"
        guard let parts = try field?.optional("normalizers")?.elements(), parts.count == 3 else { return expected }
        guard try parts[0].required("type").string() == "NFC", try parts[1].required("type").string() == "Replace",
            try parts[1].required("content").string() == " ", try pattern(parts[1]) == #"\s+"#,
            try parts[2].required("type").string() == "Lowercase"
        else { return expected }
        return nil
    }

    private static func difference(ofPreTokenizer field: JSONField?) throws(TokenizerRejection) -> String? {
        let expected = "the pre-tokenizer is not CLIP's expression of words and ByteLevel"
        guard let parts = try field?.optional("pretokenizers")?.elements(), parts.count == 2 else { return expected }
        guard try parts[0].required("type").string() == "Split", let words = try pattern(parts[0]),
            Self.words.contains(words), try parts[0].required("behavior").string() == "Removed",
            try parts[0].optionalBool("invert") == true, try parts[1].required("type").string() == "ByteLevel",
            try parts[1].optionalBool("add_prefix_space") != true
        else { return expected }
        return nil
    }

    private static func pattern(_ field: JSONField) throws(TokenizerRejection) -> String? {
        try field.required("pattern").optionalString("Regex")
    }
}
