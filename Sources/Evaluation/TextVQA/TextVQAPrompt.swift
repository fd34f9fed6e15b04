/// The question in a prompt, as `eval_textvqa.py` finds it.
enum TextVQAPrompt {
    /// - Returns: nil for a prompt of another form, at which the script ends.
    static func question(in prompt: String) -> String? {
        let bytes = Array(prompt.utf8)
        if bytes.starts(with: "OCR tokens: ".utf8) {
            guard let start = bytes.firstRange(of: Array("Question: ".utf8))?.upperBound,
                let end = bytes[start...].firstRange(of: Array(" Short answer:".utf8))?.lowerBound
            else { return nil }
            return String(decoding: bytes[start..<end], as: UTF8.self)
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let line: Int
        switch lines.count {
        case 3 where bytes.firstRange(of: Array("Reference OCR token: ".utf8)) != nil:
            line = bytes.starts(with: "Reference OCR token:".utf8) ? 1 : 0
        case 2: line = 0
        default: return nil
        }
        return String(decoding: lines[line], as: UTF8.self)
    }
}
