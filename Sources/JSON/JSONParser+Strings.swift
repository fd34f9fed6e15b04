extension JSONParser {
    /// The text of a string, the parser being at its opening quotation mark.
    mutating func string() throws(JSONError) -> String {
        position += 1
        let first = try literalText()
        if take("\"") { return first }
        var text = first
        while true {
            guard take("\\") else { throw unfinishedString() }
            text.unicodeScalars.append(try escape())
            text += try literalText()
            if take("\"") { return text }
        }
    }

    private func unfinishedString() -> JSONError {
        error(peek == nil ? "a string that does not end" : "a control character in a string")
    }

    /// What is written without escapes, up to an escape, the end of the string, or what no string may hold.
    private mutating func literalText() throws(JSONError) -> String {
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
            position += 1
        }
        guard let text = String(validating: bytes[start..<position], as: UTF8.self) else {
            throw invalidBytes(from: start)
        }
        return text
    }

    /// Where bytes stop being UTF-8.
    /// - Parameter start: where they still are.
    func invalidBytes(from start: Int) -> JSONError {
        var offset = start
        var parser = Unicode.UTF8.ForwardParser()
        var rest = bytes[start...].makeIterator()
        while case .valid(let character) = parser.parseScalar(from: &rest) { offset += character.count }
        guard offset < bytes.count else { return JSONError(offset: start, message: "unexpected character") }
        let digits = String(bytes[offset], radix: 16, uppercase: true)
        return JSONError(offset: offset, message: "not UTF-8 (0x\(digits))")
    }

    /// The character that an escape stands for, the parser being behind its backslash.
    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        guard let byte = peek else { throw error("a string that does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw error("an unknown escape in a string")
        }
    }

    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let unit = try hexadecimal()
        let afterFirst = position
        if 0xD800...0xDBFF ~= unit, take("\\"), take("u") {
            let second = try hexadecimal()
            if 0xDC00...0xDFFF ~= second,
                let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00))
            {
                return scalar
            }
            guard dialect == .python else { throw error("half of a surrogate pair") }
        }
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard dialect == .python else { throw error("half of a surrogate pair") }
        // What follows the first half is read anew.
        position = afterFirst
        return "\u{FFFD}"
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("expected a hexadecimal digit")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }
}
