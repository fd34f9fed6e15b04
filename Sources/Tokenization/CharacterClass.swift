/// What the GPT-2 pre-tokenizer distinguishes.
///
/// Beyond ASCII, the tables are those of Swift's standard library, whose version of Unicode may be older or newer than
/// that of another implementation: characters assigned in between may belong to another class there.
enum CharacterClass {
    /// `\p{L}`
    case letter
    /// `\p{N}`
    case number
    /// `\s`, that is White_Space
    case space
    case other

    init(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "a"..."z", "A"..."Z": self = .letter
        case "0"..."9": self = .number
        case " ", "\u{09}"..."\u{0D}": self = .space
        case "\0"..."\u{7F}": self = .other
        default:
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: self = .letter
            case .decimalNumber, .letterNumber, .otherNumber: self = .number
            default: self = scalar.properties.isWhitespace ? .space : .other
            }
        }
    }
}

extension Unicode.Scalar {
    /// Whether the character is part of a word, `\w`, as Unicode Technical Standard 18 defines it.
    var isWordCharacter: Bool {
        if properties.isAlphabetic || properties.isJoinControl { return true }
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: return true
        default: return false
        }
    }
}
