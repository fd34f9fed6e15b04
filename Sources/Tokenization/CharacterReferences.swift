import CaptionerJSON

/// Replaces the character references of HTML, such as `&amp;` and `&#39;`.
///
/// The names of HTML 4 are known, and some of HTML 5. What might be another name of HTML 5 is refused, since its character is
/// not known here.
enum CharacterReferences {
    /// As `html.unescape` of Python: also without semicolon, where HTML allows it.
    static func unescaped(_ text: [Unicode.Scalar]) throws(TextRefusal) -> [Unicode.Scalar] {
        try replaced(text) { rest throws(TextRefusal) in
            if let number = number(rest) { return number }
            var name = rest.prefix(32).prefix { !["\t", "\n", "\u{C}", " ", "<", "&", "#", ";"].contains($0) }
            guard !name.isEmpty else { return nil }
            let isTerminated = rest.dropFirst(name.count).first == ";"
            if isTerminated {
                if let character = CharacterNames.characters[exact(name)] { return ([character], name.count + 1) }
                try check(name)
            }
            while name.count > 1 {
                if let character = CharacterNames.unterminated[exact(name)] { return ([character], name.count) }
                name = name.dropLast()
            }
            return nil
        }
    }

    /// As ftfy does in texts that need not be HTML: with semicolon only, and names in capitals, too, for what they name in lower
    /// case.
    static func unescapedWhereCertain(_ text: [Unicode.Scalar]) throws(TextRefusal) -> [Unicode.Scalar] {
        try replaced(text) { rest throws(TextRefusal) in
            if rest.first == "#" {
                let count = rest.dropFirst().prefix { $0.isASCIILetterOrDigit }.count
                guard (1...24).contains(count), let number = number(rest), number.count == count + 2,
                    number.scalars != [";"]
                else { return nil }
                return number
            }
            let name = rest.prefix { $0.isASCIILetterOrDigit }
            guard (1...24).contains(name.count), rest.dropFirst(name.count).first == ";" else { return nil }
            if let character = CharacterNames.characters[exact(name)] { return ([character], name.count + 1) }
            if let character = CharacterNames.inCapitals[exact(name)] {
                return (Array(character.properties.uppercaseMapping.unicodeScalars), name.count + 1)
            }
            try check(name)
            return nil
        }
    }

    /// Replaces what follows an ampersand: `reference` says by what, and how many characters it takes.
    private static func replaced(
        _ text: [Unicode.Scalar],
        _ reference: (ArraySlice<Unicode.Scalar>) throws(TextRefusal) -> (scalars: [Unicode.Scalar], count: Int)?
    ) throws(TextRefusal) -> [Unicode.Scalar] {
        guard text.contains("&") else { return text }
        var result: [Unicode.Scalar] = []
        var rest = text[...]
        while let first = rest.popFirst() {
            if first == "&", let (scalars, count) = try reference(rest) {
                result += scalars
                rest = rest.dropFirst(count)
            } else {
                result.append(first)
            }
        }
        return result
    }

    /// `#39`, `#x27`, with or without a semicolon.
    private static func number(_ rest: ArraySlice<Unicode.Scalar>) -> (scalars: [Unicode.Scalar], count: Int)? {
        guard rest.first == "#" else { return nil }
        let isHexadecimal = ["x", "X"].contains(rest.dropFirst().first)
        let digits = rest.dropFirst(isHexadecimal ? 2 : 1).prefix {
            $0.isASCII && (isHexadecimal ? $0.properties.isASCIIHexDigit : $0.properties.numericType != nil)
        }
        guard !digits.isEmpty else { return nil }
        var value: UInt32 = 0
        for digit in digits {
            value = min(value * (isHexadecimal ? 16 : 10) + UInt32(Character(digit).hexDigitValue ?? 0), 0x110000)
        }
        let count = (isHexadecimal ? 2 : 1) + digits.count
        return (character(value), rest.dropFirst(count).first == ";" ? count + 1 : count)
    }

    /// What a number means in HTML 5: nothing at all for those that are no characters, and what Windows has in place of
    /// control characters.
    private static func character(_ value: UInt32) -> [Unicode.Scalar] {
        switch value {
        case 0, 0xD800...0xDFFF, 0x110000...: ["\u{FFFD}"]
        case 0x0D: ["\r"]
        case 0x80...0x9F: [CodePages.windows1252[Int(value - 0x80)]]
        case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0xFDD0...0xFDEF: []
        case _ where value & 0xFFFE == 0xFFFE: []
        default: Unicode.Scalar(value).map { [$0] } ?? []
        }
    }

    /// Rejects what may be a name that HTML 5 has and this program has not.
    private static func check(_ name: ArraySlice<Unicode.Scalar>) throws(TextRefusal) {
        guard name.count > 1, name.allSatisfy(\.isASCIILetterOrDigit), name.first?.properties.isAlphabetic == true,
            CharacterNames.inCapitals[exact(name)] == nil
        else { return }
        throw TextRefusal(
            "\"&\(PythonText.string(Array(name)));\" may be a character reference of HTML 5 that is not known here")
    }

    private static func exact(_ name: ArraySlice<Unicode.Scalar>) -> ExactString {
        ExactString(PythonText.string(Array(name)))
    }
}

extension Unicode.Scalar {
    var isASCIILetterOrDigit: Bool {
        ("a"..."z").contains(self) || ("A"..."Z").contains(self) || ("0"..."9").contains(self)
    }
}
