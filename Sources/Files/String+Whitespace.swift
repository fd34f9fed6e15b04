extension Unicode.Scalar {
    /// White space as Python's `str.isspace` has it: Unicode's White_Space and the four separators U+001C to U+001F.
    package var isPythonSpace: Bool { properties.isWhitespace || (0x1C...0x1F).contains(value) }
}

extension String {
    /// The text without white space at its ends, as Python's `str.strip` has it.
    package func strippingWhitespace() -> String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.isPythonSpace }),
            let last = scalars.lastIndex(where: { !$0.isPythonSpace })
        else { return "" }
        return String(scalars[first...last])
    }
}
