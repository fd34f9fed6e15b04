/// `%E9` for the byte 0xE9.
package enum PercentEscapes {
    package static func escape(_ bytes: [UInt8]) -> String {
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
                text += bytes[offset..<offset + length].map(escape).joined()
                offset += length
            case .emptyInput: return text
            }
        }
    }

    package static func escape(_ byte: UInt8) -> String {
        "%" + byte.hexadecimal
    }

    /// The bytes that are meant. A percent sign without two digits stays as it is.
    static func undo(_ bytes: [UInt8]) -> [UInt8] { decoded(bytes[...], keepsOtherSigns: true) ?? bytes }

    /// The bytes that are meant; nil if two hexadecimal digits are missing after a percent sign.
    package static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8]? { decoded(bytes, keepsOtherSigns: false) }

    private static func decoded(_ bytes: ArraySlice<UInt8>, keepsOtherSigns: Bool) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            if let high = rest.first?.hexadecimalDigit, let low = rest.dropFirst().first?.hexadecimalDigit {
                result.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else if keepsOtherSigns {
                result.append(byte)
            } else {
                return nil
            }
        }
        return result
    }

    /// Whether a text has escapes of bytes that are not UTF-8, be they escaped once or more often.
    ///
    /// Looked at are escapes of bytes from 0x80 on that follow each other, `%C3%A9`, escaped n times more where n times
    /// `25` follows the percent sign, `%25C3%25A9`. They are ambiguous if n differs or their bytes are not UTF-8.
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
            if end + 1 < text.count, let high = text[end].hexadecimalDigit, high >= 8,
                let low = text[end + 1].hexadecimalDigit
            {
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
}
