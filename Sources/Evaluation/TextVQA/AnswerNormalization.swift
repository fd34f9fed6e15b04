import CaptionerFiles
import CaptionerJSON

/// Makes answers comparable, as `EvalAIAnswerProcessor` of M4C (mmf, LLaVA, MGM) does: lower case, no punctuation, no
/// articles, numbers as digits, contractions with their apostrophe.
enum AnswerNormalization {
    private typealias Scalars = [Unicode.Scalar]

    static func normalized(_ answer: String) -> String {
        var text = Scalars(answer.unicodeScalars.lowercasedAsPython.filter { $0 != "," && $0 != "?" })
        text = separatingGenitives(text)
        text = stripped(stripped(text).map { $0 == "\n" || $0 == "\t" ? " " : $0 })
        text = removingPeriods(removingPunctuation(text))
        let words = text.split(whereSeparator: \.isPythonSpace).compactMap { word -> String? in
            let word = String(String.UnicodeScalarView(word))
            let digits = numbers[ExactString(word)] ?? word
            guard !articles.contains(ExactString(digits)) else { return nil }
            return Contractions.table[ExactString(digits)] ?? digits
        }
        return words.joined(separator: " ")
    }

    private static let numbers: [ExactString: String] = [
        "none": "0", "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
        "seven": "7", "eight": "8", "nine": "9", "ten": "10",
    ]
    private static let articles: Set<ExactString> = ["a", "an", "the"]

    /// `'s` becomes ` 's`.
    private static func separatingGenitives(_ text: Scalars) -> Scalars {
        var result = Scalars()
        for (index, scalar) in text.enumerated() {
            if scalar == "'", index + 1 < text.count, text[index + 1] == "s" { result.append(" ") }
            result.append(scalar)
        }
        return result
    }

    private static func stripped(_ text: Scalars) -> Scalars {
        guard let first = text.firstIndex(where: { !$0.isPythonSpace }),
            let last = text.lastIndex(where: { !$0.isPythonSpace })
        else { return [] }
        return Scalars(text[first...last])
    }

    /// Commas and question marks are gone by then.
    private static let marks: Set<Unicode.Scalar> = [
        ";", "/", "[", "]", "\"", "{", "}", "(", ")", "=", "+", "\\", "_", "-", ">", "<", "@", "`", "!",
    ]

    /// A mark with a blank beside it, anywhere, is deleted everywhere; any other becomes a blank.
    private static func removingPunctuation(_ text: Scalars) -> Scalars {
        var deleted: Set<Unicode.Scalar> = []
        for (left, right) in zip(text, text.dropFirst()) {
            if left == " " { deleted.insert(right) }
            if right == " " { deleted.insert(left) }
        }
        return text.compactMap { !marks.contains($0) ? $0 : deleted.contains($0) ? nil : " " }
    }

    /// Periods without a digit after them are deleted, 32 of them at most: the original passes a flag for a count.
    private static func removingPeriods(_ text: Scalars) -> Scalars {
        var rest = 32
        var result = Scalars()
        for (index, scalar) in text.enumerated() {
            if scalar == ".", rest > 0, index + 1 == text.count || !text[index + 1].isDecimalDigit {
                rest -= 1
            } else {
                result.append(scalar)
            }
        }
        return result
    }
}

extension Unicode.Scalar {
    /// As `\d` of Python's `re`.
    fileprivate var isDecimalDigit: Bool { properties.generalCategory == .decimalNumber }
}
