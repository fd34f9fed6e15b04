extension String.UnicodeScalarView {
    /// As Python's `str.lower`: the mapping of each character, and that of a sigma at the end of a word.
    package var lowercasedAsPython: String.UnicodeScalarView {
        var result = String.UnicodeScalarView()
        for index in indices {
            if self[index] == "\u{3A3}" {
                result.append(isFinalSigma(index) ? "\u{3C2}" : "\u{3C3}")
            } else {
                result.append(contentsOf: self[index].properties.lowercaseMapping.unicodeScalars)
            }
        }
        return result
    }

    /// Whether cased letters come before it and none after it, those passed over that have no say in it.
    private func isFinalSigma(_ index: Index) -> Bool {
        let before = self[..<index].last { !$0.properties.isCaseIgnorable }
        let after = self[self.index(after: index)...].first { !$0.properties.isCaseIgnorable }
        return before?.properties.isCased == true && after?.properties.isCased != true
    }
}
