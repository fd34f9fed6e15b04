import CaptionerFiles
import CaptionerJSON

/// The words of a text, as Data-Juicer's filters have them.
enum TextWords {
    /// What is between blanks, tabs and line breaks, without special characters at its ends.
    static func of(_ text: String, isLowercased: Bool) -> [ExactString] {
        var words: [ExactString] = []
        var word = String.UnicodeScalarView()
        func finish() {
            let whole = isLowercased ? word.lowercasedAsPython : word
            word.removeAll(keepingCapacity: true)
            guard let first = whole.firstIndex(where: { !SpecialCharacters.contains($0) }),
                let last = whole.lastIndex(where: { !SpecialCharacters.contains($0) })
            else { return }
            words.append(ExactString(String(whole[first...last])))
        }
        for scalar in text.unicodeScalars {
            if scalar == " " || scalar == "\n" || scalar == "\t" { finish() } else { word.append(scalar) }
        }
        finish()
        return words
    }
}
