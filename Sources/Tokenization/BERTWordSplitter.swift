/// Splits text into words as BERT does: at white space, and around each punctuation character, which is a word of its own.
enum BERTWordSplitter {
    static func words(_ text: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
        var words: [ArraySlice<Unicode.Scalar>] = []
        var start = 0
        for (index, scalar) in text.enumerated() {
            let isSpace = scalar.properties.isWhitespace
            guard isSpace || isPunctuation(scalar) else { continue }
            if start < index { words.append(text[start..<index]) }
            if !isSpace { words.append(text[index...index]) }
            start = index + 1
        }
        if start < text.count { words.append(text[start...]) }
        return words
    }

    /// All ASCII that is neither letter, digit, control character nor blank, and what Unicode calls punctuation.
    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "!"..."/", ":"..."@", "["..."`", "{"..."~": return true
        default: break
        }
        return switch scalar.categoryOfTokenizers {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            true
        default: false
        }
    }
}
