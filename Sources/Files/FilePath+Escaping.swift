package import SystemPackage

extension FilePath {
    /// A path of the same bytes as a text.
    package init(exactly text: some StringProtocol) {
        self = Array(text.utf8).withUnsafeBytes { FilePath(bytes: $0) }
    }

    /// A path of these bytes. What follows a NUL, which no path can hold, is left out.
    package init(bytes: some Sequence<UInt8>) {
        let characters = bytes.prefix { $0 != 0 }.map { CInterop.PlatformChar(bitPattern: $0) } + [0]
        self = characters.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { FilePath(platformString: $0) } ?? FilePath()
        }
    }

    package var bytes: [UInt8] {
        withPlatformString { Array(UnsafeBufferPointer(start: $0, count: length)).map { UInt8(bitPattern: $0) } }
    }

    /// The path as a text that no other path has, for messages and records.
    ///
    /// It is the path itself where that is UTF-8. Of other paths each byte that is not part of a character, and each
    /// percent sign, is written as `%` and two hexadecimal digits: `caf%E9.jpg`. So is each percent sign of a path that
    /// could be mistaken for such a text, one that undoing the escapes, once or repeatedly, leads to bytes that are not
    /// UTF-8.
    package var escaped: String {
        let bytes = bytes
        if let text = String(validating: bytes, as: UTF8.self), !PercentEscapes.leadToOtherBytes(bytes) { return text }
        return PercentEscapes.escape(bytes)
    }

    /// The path that a text of `escaped` stands for.
    package init(escaped text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes: PercentEscapes.leadToOtherBytes(bytes) ? PercentEscapes.undo(bytes) : bytes)
    }
}

/// `%E9` for the byte 0xE9.
private enum PercentEscapes {
    static func escape(_ bytes: [UInt8]) -> String {
        var text = ""
        var parser = Unicode.UTF8.ForwardParser()
        var rest = bytes.makeIterator()
        var offset = 0
        while true {
            switch parser.parseScalar(from: &rest) {
            case .valid(let character):
                let scalar = Unicode.UTF8.decode(character)
                if scalar == "%" { text += "%25" } else { text.unicodeScalars.append(scalar) }
                offset += character.count
            case .error(let length):
                for byte in bytes[offset..<offset + length] {
                    text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
                }
                offset += length
            case .emptyInput: return text
            }
        }
    }

    static func undo(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2])
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    /// Whether undoing the escapes of a text, as often as there are any, comes to bytes that are not UTF-8.
    static func leadToOtherBytes(_ text: [UInt8]) -> Bool {
        var bytes = text
        // Each round that changes anything makes the text shorter.
        while bytes.contains(UInt8(ascii: "%")) {
            let undone = undo(bytes)
            if undone.count == bytes.count { return false }
            if String(validating: undone, as: UTF8.self) == nil { return true }
            bytes = undone
        }
        return false
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
