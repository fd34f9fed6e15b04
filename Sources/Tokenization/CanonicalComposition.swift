import Foundation

/// Normalisation form C of Unicode.
enum CanonicalComposition {
    static func composed(_ text: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
        var view = String.UnicodeScalarView()
        for scalar in text {
            view += parts[scalar].map { String.UnicodeScalarView($0) } ?? String.UnicodeScalarView([scalar])
        }
        return Array(String(view).precomposedStringWithCanonicalMapping.unicodeScalars)
    }

    /// As the library `tokenizers`, whose tables are those of Unicode 9: newer characters stay where they are, and nothing
    /// changes places with them.
    static func composedByTokenizers(_ text: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
        var (result, known): ([Unicode.Scalar], [Unicode.Scalar]) = ([], [])
        for scalar in text {
            if !scalar.isASCII, scalar.properties.age.map({ $0 > (9, 0) }) ?? true {
                result += composed(known) + [scalar]
                known = []
            } else {
                known.append(scalar)
            }
        }
        return result + composed(known)
    }

    /// Normalisation form D with the same tables.
    static func decomposedByTokenizers(_ text: some Sequence<Unicode.Scalar>) -> [Unicode.Scalar] {
        var (result, known): ([Unicode.Scalar], String.UnicodeScalarView) = ([], String.UnicodeScalarView())
        func decompose() {
            result += String(known).decomposedStringWithCanonicalMapping.unicodeScalars
            known = String.UnicodeScalarView()
        }
        for scalar in text {
            if !scalar.isASCII, scalar.properties.age.map({ $0 > (9, 0) }) ?? true {
                decompose()
                result.append(scalar)
            } else {
                known.append(scalar)
            }
        }
        decompose()
        return result
    }

    /// Marks that are never composed again. Foundation takes them apart without sorting their parts in.
    private static let parts: [Unicode.Scalar: [Unicode.Scalar]] = [
        "\u{344}": ["\u{308}", "\u{301}"], "\u{F73}": ["\u{F71}", "\u{F72}"], "\u{F75}": ["\u{F71}", "\u{F74}"],
        "\u{F81}": ["\u{F71}", "\u{F80}"],
    ]
}
