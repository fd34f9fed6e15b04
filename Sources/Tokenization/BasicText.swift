/// What the tokenizer of transformers that is written in Python does to a text before it is split: BERT's basic cleaning.
///
/// Control characters and those without a meaning are left out, Chinese characters become words of their own, and the rest is composed, has
/// one blank between words and is in lower case. Characters that are newer than Unicode 16 have no meaning here; with
/// Python 3.11 those newer than Unicode 14 have none.
enum BasicText {
    static func cleaned(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(text.count)
        for scalar in text where !isDropped(scalar) {
            if isChinese(scalar) {
                result += [" ", scalar, " "]
            } else {
                result.append(scalar)
            }
        }
        return PythonText.lowercased(PythonText.joined(CanonicalComposition.composed(result)))
    }

    private static func isDropped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\t", "\n", "\r": return false
        case " "..."~": return false
        case "\u{FFFD}": return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned: return true
        default: return scalar.properties.age.map { $0 > (16, 0) } ?? true
        }
    }

    static func isChinese(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }
}
