import CaptionerFiles

/// What Python does to texts, character by character of Unicode.
enum PythonText {
    static func string(_ scalars: [Unicode.Scalar]) -> String { String(String.UnicodeScalarView(scalars)) }

    /// One blank between words, as `" ".join(text.split())`.
    static func joined(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        for scalar in text {
            if !scalar.isPythonSpace {
                result.append(scalar)
            } else if result.last.map({ $0 != " " }) ?? false {
                result.append(" ")
            }
        }
        if result.last == " " { result.removeLast() }
        return result
    }

    /// `str.lower`: as Unicode has it, a Σ at the end of a word becoming ς.
    static func lowercased(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(text.count)
        for (index, scalar) in text.enumerated() {
            if scalar.isASCII {
                result.append(("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar)
            } else if scalar == "Σ" {
                result.append(isFinal(index, text) ? "ς" : "σ")
            } else {
                result += scalar.properties.lowercaseMapping.unicodeScalars
            }
        }
        return result
    }

    private static func isFinal(_ index: Int, _ text: [Unicode.Scalar]) -> Bool {
        let before = text[..<index].last { !$0.properties.isCaseIgnorable }
        let after = text[(index + 1)...].first { !$0.properties.isCaseIgnorable }
        return before?.properties.isCased == true && after?.properties.isCased != true
    }
}
