import Foundation

/// What BERT's tokenizer does to a text before it is split into words: the normalizer `BertNormalizer` of the library
/// `tokenizers`.
struct BERTNormalizer: Equatable, Sendable {
    /// Whether control characters are left out, and white space becomes blanks.
    var cleansText = true
    /// Whether Chinese characters become words of their own.
    var splitsChinese = true
    /// Whether accents are left out; nil where lower case decides.
    var stripsAccents: Bool?
    var lowercases = true

    func normalized(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var text = text
        if cleansText { text = text.filter { !Self.isDropped($0) }.map { $0.properties.isWhitespace ? " " : $0 } }
        if splitsChinese { text = text.flatMap { Self.isChinese($0) ? [" ", $0, " "] : [$0] } }
        if stripsAccents ?? lowercases {
            text = CanonicalComposition.decomposedByTokenizers(text).filter {
                $0.categoryOfTokenizers != .nonspacingMark
            }
        }
        return lowercases ? text.flatMap(Self.lowercased) : text
    }

    /// The library's list lacks the first part of a block.
    private static func isChinese(_ scalar: Unicode.Scalar) -> Bool {
        BasicText.isChinese(scalar) && !(0x2B820..<0x2B920).contains(scalar.value)
    }

    private static func isDropped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\t", "\n", "\r": return false
        case "\0", "\u{FFFD}": return true
        default: break
        }
        return switch scalar.categoryOfTokenizers {
        case .control, .format, .privateUse: true
        default: false
        }
    }

    /// Each character for itself, so that Σ is never ς.
    private static func lowercased(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        if scalar.isASCII {
            return [("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar]
        }
        return Array(scalar.properties.lowercaseMapping.unicodeScalars)
    }
}

extension Unicode.Scalar {
    /// The general category in the tables that the library `tokenizers` has for BERT, which are those of Unicode 8: newer
    /// characters have none.
    var categoryOfTokenizers: Unicode.GeneralCategory {
        guard isASCII || properties.age.map({ $0 <= (8, 0) }) == true else { return .unassigned }
        return Self.earlierCategories[self] ?? properties.generalCategory
    }

    /// Characters that Unicode has put into another category since.
    private static let earlierCategories: [Unicode.Scalar: Unicode.GeneralCategory] = [
        "\u{166D}": .otherPunctuation, "\u{1734}": .nonspacingMark, "\u{1885}": .otherLetter, "\u{1886}": .otherLetter,
        "\u{A9BD}": .spacingMark, "\u{111C9}": .otherPunctuation, "\u{1171E}": .nonspacingMark,
    ]
}
