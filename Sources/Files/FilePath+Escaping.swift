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
    /// could be mistaken for such a text (`PercentEscapes.areAmbiguous`).
    package var escaped: String { Self.escaped(bytes) }

    /// The same of a path's bytes as they were written.
    package static func escaped(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self), !PercentEscapes.areAmbiguous(in: bytes) { return text }
        return PercentEscapes.escape(bytes)
    }

    /// The path that a text of `escaped` stands for.
    package init(escaped text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes: PercentEscapes.areAmbiguous(in: bytes) ? PercentEscapes.undo(bytes) : bytes)
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

    /// Whether a text has escapes that stand for bytes that are not UTF-8, be they escaped once or more often.
    ///
    /// Looked at are escapes of bytes from 0x80 on that follow each other, `%C3%A9`, escaped n times more where n times
    /// `25` stands behind the percent sign, `%25C3%25A9`. They are ambiguous if n differs or their bytes are not UTF-8.
    /// Every text that `escape` makes of bytes that are not UTF-8, or of an ambiguous text, is ambiguous itself: so a
    /// text that is not means itself.
    static func areAmbiguous(in text: [UInt8]) -> Bool {
        var run: [UInt8] = []
        var levelOfRun = 0
        func isOther(_ run: [UInt8]) -> Bool { String(validating: run, as: UTF8.self) == nil }
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "%") else {
                if isOther(run) { return true }
                run.removeAll(keepingCapacity: true)
                index += 1
                continue
            }
            var end = index + 1
            while end + 1 < text.count, text[end] == UInt8(ascii: "2"), text[end + 1] == UInt8(ascii: "5") { end += 2 }
            let level = (end - index) / 2
            if end + 1 < text.count, let high = digit(text[end]), high >= 8, let low = digit(text[end + 1]) {
                if !run.isEmpty, level != levelOfRun { return true }
                run.append(high << 4 | low)
                levelOfRun = level
                index = end + 2
            } else {
                if isOther(run) { return true }
                run.removeAll(keepingCapacity: true)
                index = end
            }
        }
        return isOther(run)
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
