extension JSONParser {
    /// A string, the parser being at its opening quotation mark.
    mutating func string() throws(JSONError) -> JSONValue {
        position += 1
        var text = try literalText()
        // What lies before `text`, from the first half of a surrogate pair on.
        var units: [UInt16] = []
        while !take("\"") {
            guard take("\\") else { throw unfinishedString() }
            let code = try escape()
            if let scalar = Unicode.Scalar(code) {
                text.unicodeScalars.append(scalar)
            } else {
                units += text.utf16
                units.append(UInt16(code))
                text = ""
            }
            text += try literalText()
        }
        return units.isEmpty ? .string(text) : .illFormedString(units + text.utf16)
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

    /// The code point of an escape, the parser being after its backslash.
    private mutating func escape() throws(JSONError) -> UInt32 {
        guard let byte = peek else { throw error("a string that does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt32(byte)
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw error("an unknown escape in a string")
        }
    }

    private mutating func unicodeEscape() throws(JSONError) -> UInt32 {
        let unit = try hexadecimal()
        let afterFirst = position
        if 0xD800...0xDBFF ~= unit, take("\\"), take("u") {
            let second = try hexadecimal()
            if 0xDC00...0xDFFF ~= second { return 0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00) }
            guard dialect != .strict else { throw error("half of a surrogate pair") }
        }
        if 0xD800...0xDFFF ~= unit {
            guard dialect != .strict else { throw error("half of a surrogate pair") }
            // What follows the first half is read anew.
            position = afterFirst
        }
        return unit
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
