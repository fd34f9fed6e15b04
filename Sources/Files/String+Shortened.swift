extension String {
    /// The text for a message: of a long one the first characters, and how long it is.
    package var shortened: String {
        let limit = 400
        guard utf8.count > limit else { return self }
        var end = utf8.index(startIndex, offsetBy: limit / 2)
        while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return "\(self[..<end])... (\(utf8.count) bytes)"
    }

    /// The text for a message, in which control characters, which a terminal would obey, are written as `\u{1B}`.
    package var printable: String {
        unicodeScalars.reduce(into: "") { text, scalar in
            if scalar.properties.generalCategory == .control {
                text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }
}
