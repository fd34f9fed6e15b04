import CaptionerJSON

/// The normalizer, the pre-tokenizer and the decoder that Gemma's `tokenizer.json` has: the only ones that go with
/// `byte_fallback`.
enum ByteFallbackPipeline {
    /// A step of a part of the pipeline.
    private enum Step: Equatable, CustomStringConvertible {
        case replacement(of: ExactString, by: ExactString)
        /// Splitting at blanks, which does nothing where no blanks are left.
        case splitAtBlanks
        case other(String)

        var description: String {
            switch self {
            case .replacement(let text, let content): "Replace of \"\(text)\" by \"\(content)\""
            case .splitAtBlanks: "Split at \" \""
            case .other(let type): type
            }
        }
    }

    private static let blank = ExactString(String(ByteFallback.blank))

    /// What in a file is not as Gemma has it; nil if all is.
    static func difference(_ file: JSONField) throws(TokenizerRejection) -> String? {
        let normalization = Step.replacement(of: " ", by: blank)
        let decoding = [Step.replacement(of: blank, by: " "), .other("ByteFallback")]
        // What comes out of the steps is put together anyway.
        let parts = [
            (key: "normalizer", list: "normalizers", expected: [[normalization]]),
            ("pre_tokenizer", "pretokenizers", [[], [.splitAtBlanks]]),
            ("decoder", "decoders", [decoding + [.other("Fuse")], decoding]),
        ]
        for (key, list, expected) in parts {
            if let cause = try difference(file, key, within: list, expected) { return cause }
        }
        return nil
    }

    private static func difference(
        _ file: JSONField, _ key: String, within list: String, _ expected: [[Step]]
    ) throws(TokenizerRejection) -> String? {
        let found = try file.optional(key).map { field throws(TokenizerRejection) in try steps(field, list) } ?? []
        guard !expected.contains(found) else { return nil }
        func text(_ steps: [Step]) -> String {
            steps.isEmpty ? "null" : "\(steps.map(\.description).joined(separator: ", "))"
        }
        return "byte_fallback with the \(key) \(text(found)), expected \(expected.map(text).joined(separator: ", or "))"
    }

    /// The steps of a part, those of sequences laid out.
    private static func steps(_ field: JSONField, _ list: String) throws(TokenizerRejection) -> [Step] {
        let type = try field.required("type").string()
        let text = try field.optional("pattern")?.optionalString("String")
        switch type {
        case "Sequence":
            var result: [Step] = []
            for part in try field.required(list).elements() { result += try steps(part, list) }
            return result
        case "Replace":
            guard let text else { return [.other("Replace of an expression")] }
            let content = ExactString(try field.required("content").string())
            return [.replacement(of: ExactString(text), by: content)]
        case "Split":
            guard let text, try field.optionalBool("invert") != true else {
                return [.other("Split by an expression, or inverted")]
            }
            return [text.hasSameBytes(as: " ") ? .splitAtBlanks : .other("Split at \"\(text)\"")]
        default: return [.other(type)]
        }
    }
}
