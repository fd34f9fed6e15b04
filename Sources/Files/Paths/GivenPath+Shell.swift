extension GivenPath {
    /// The path as a word of a command that can be pasted into bash, zsh or ksh: quoted where it has to be, byte for byte.
    package var shellWord: String {
        var bytes = bytes
        // No option.
        if bytes.first == UInt8(ascii: "-") { bytes = Array("./".utf8) + bytes }
        if !bytes.isEmpty, bytes.allSatisfy(Self.isPlain) { return String(decoding: bytes, as: UTF8.self) }
        let quote = UInt8(ascii: "'")
        let isPrintable = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        if isPrintable, String(validating: bytes, as: UTF8.self) != nil {
            let inner = bytes.flatMap { $0 == quote ? Array(#"'\''"#.utf8) : [$0] }
            return "'" + String(decoding: inner, as: UTF8.self) + "'"
        }
        // What no terminal shows as it is.
        let inner = bytes.map { byte -> String in
            if byte == quote || byte == UInt8(ascii: "\\") { return "\\" + String(UnicodeScalar(byte)) }
            return (0x20..<0x7F).contains(byte) ? String(UnicodeScalar(byte)) : "\\x" + byte.hexadecimal
        }
        return "$'" + inner.joined() + "'"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) || "/._-+:@%,".utf8.contains(byte)
    }
}
