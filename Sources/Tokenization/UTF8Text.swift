/// Well-formed UTF-8 with access to its characters by byte offset.
struct UTF8Text {
    let bytes: [UInt8]

    init(_ string: String) { bytes = Array(string.utf8) }

    init(wellFormed bytes: [UInt8]) { self.bytes = bytes }

    /// The character that starts at an offset, and where the next one starts.
    func scalar(at offset: Int) -> (scalar: Unicode.Scalar, end: Int) {
        let lead = bytes[offset]
        if lead < 0x80 { return (Unicode.Scalar(lead), offset + 1) }
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        var value = UInt32(lead) & (0x7F >> UInt32(length))
        for byte in bytes[offset + 1..<offset + length] { value = value << 6 | UInt32(byte & 0x3F) }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", offset + length)
    }

    /// The character that ends at an offset, and where it starts.
    func scalar(before offset: Int) -> (scalar: Unicode.Scalar, start: Int) {
        var start = offset - 1
        while bytes[start] & 0xC0 == 0x80 { start -= 1 }
        return (scalar(at: start).scalar, start)
    }

    /// Where the unfinished character starts that `bytes` end with, or else their end.
    ///
    /// What comes before is not changed by what may follow: neither a whole character nor what can become none.
    static func endOfWholeCharacters(in bytes: [UInt8]) -> Int {
        for (count, byte) in bytes.reversed().prefix(3).enumerated() where byte & 0xC0 != 0x80 {
            let start = bytes.count - 1 - count
            return isBeginning(bytes[start...]) ? start : bytes.count
        }
        return bytes.count
    }

    /// Whether bytes, of which all but the first continue a character, are the start of a well-formed one and not
    /// all of it (the Unicode Standard, table 3-7).
    private static func isBeginning(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let lead = bytes.first else { return false }
        let (length, second): (Int, ClosedRange<UInt8>)
        switch lead {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return false
        }
        return bytes.count < length && bytes.dropFirst().first.map(second.contains) ?? true
    }
}
