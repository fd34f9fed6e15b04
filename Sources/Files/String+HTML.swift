extension String {
    /// With nothing that is more than text in HTML, or a line break to some parsers alone.
    package var escapedForHTML: String {
        // By scalars: a bracket that an accent follows is another character to Swift, but a bracket to a browser.
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\u{2028}": text += "&#x2028;"
            case "\u{2029}": text += "&#x2029;"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
