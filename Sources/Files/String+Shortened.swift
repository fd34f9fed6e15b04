extension String {
    /// The text for a message: of a long one the first characters, and how long it is.
    package var shortened: String {
        let limit = 400
        guard utf8.count > limit else { return self }
        var end = utf8.index(startIndex, offsetBy: limit / 2)
        while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return "\(self[..<end])... (\(utf8.count) bytes)"
    }
}
