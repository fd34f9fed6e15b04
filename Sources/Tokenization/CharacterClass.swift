/// What the GPT-2 pre-tokenizer distinguishes.
///
/// Beyond ASCII, the tables are those of Swift's standard library, as far as Unicode 16 went, which is the version of
/// `tokenizers` 0.23: a newer standard library splits no text differently. Older versions of that library do not know
/// the latest letters; for OPT's vocabulary that makes no difference, since it has no merges that reach across them.
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
            guard let age = scalar.properties.age, age <= (16, 0) else {
                self = .other
                return
            }
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
