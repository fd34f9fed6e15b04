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
}
