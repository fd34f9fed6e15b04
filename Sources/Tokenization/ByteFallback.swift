/// Tokens of single bytes, spelled `<0x00>` to `<0xFF>`: what becomes of characters that are no tokens, with
/// `byte_fallback` in `tokenizer.json`.
enum ByteFallback {
    /// What a blank is written as in tokens.
    static let blank: Unicode.Scalar = "\u{2581}"

    private static let blankBytes = Array(String(blank).utf8)

    /// The token of each byte. Gemma's vocabulary spells the one of a tab as the character itself.
    static let spellings: [String] = (0...UInt8.max).map { byte in
        let digits = String(byte, radix: 16, uppercase: true)
        return "<0x\(byte < 0x10 ? "0" : "")\(digits)>"
    }

    /// The byte of a token. Like the library `tokenizers`, it takes small letters and a plus sign for digits.
    static func byte(of token: String) -> UInt8? {
        let text = token.utf8
        guard text.count == 6, text.starts(with: "<0x".utf8), text.last == UInt8(ascii: ">") else { return nil }
        let digits = text.dropFirst(3).dropLast()
        guard digits.first != UInt8(ascii: "-") else { return nil }
        return UInt8(Substring(digits), radix: 16)
    }

    /// UTF-8 with ``blank`` in place of blanks.
    static func normalized(_ text: some Collection<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count + text.count / 2)
        for byte in text {
            if byte == UInt8(ascii: " ") { result += blankBytes } else { result.append(byte) }
        }
        return result
    }

    /// Appends the text of a token that is no byte: its UTF-8, with blanks.
    static func appendText(of token: String, to target: inout [UInt8]) {
        guard token.utf8.contains(blankBytes[0]) else {
            target += token.utf8
            return
        }
        for scalar in token.unicodeScalars { target += scalar == blank ? " ".utf8 : String(scalar).utf8 }
    }

    /// Appends the text of tokens of bytes that follow each other, and empties the run: if not all of it is well-formed, each
    /// byte is U+FFFD.
    static func appendText(ofRun run: inout [UInt8], to target: inout [UInt8]) {
        guard !run.isEmpty else { return }
        if String(validating: run, as: UTF8.self) != nil {
            target += run
        } else {
            for _ in run { target += "\u{FFFD}".utf8 }
        }
        run.removeAll(keepingCapacity: true)
    }
}
