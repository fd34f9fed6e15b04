import Foundation

/// What the package ftfy 6 does to a text by default, but for texts in a wrong encoding, which are refused.
///
/// Line by line, until nothing changes: character references are replaced, unless the text has a `<` by then; ligatures of
/// Latin letters are taken apart; wide and narrow forms get their usual width; quotation marks become straight; all breaks of
/// lines become line feeds; escape sequences of terminals and control characters are left out; the rest is composed.
enum TextRepair {
    static func repaired(_ text: [Unicode.Scalar]) throws(TextRefusal) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var unescapes = true
        var rest = text[...]
        while !rest.isEmpty {
            let line = rest.prefix((rest.firstIndex(of: "\n").map { $0 + 1 } ?? rest.endIndex) - rest.startIndex)
            rest = rest.dropFirst(line.count)
            if line.contains("<") { unescapes = false }
            result += try repaired(line: Array(line), unescapes: unescapes)
        }
        return result
    }

    private static func repaired(line: [Unicode.Scalar], unescapes: Bool) throws(TextRefusal) -> [Unicode.Scalar] {
        var line = line
        while true {
            let before = line
            if unescapes { line = try CharacterReferences.unescapedWhereCertain(line) }
            guard !Mojibake.isSuspected(line) else {
                throw TextRefusal(
                    "it looks like text that was read in a wrong encoding, which open_clip would try to repair")
            }
            line = withoutControls(withoutTerminalEscapes(withLineFeeds(line.flatMap(usual))))
            if !line.allSatisfy(\.isASCII) {
                line = CanonicalComposition.composed(line)
            }
            if line == before { return line }
        }
    }

    private static func usual(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        switch scalar.value {
        case 0...0x7F: [scalar]
        case 0x2BC, 0x2018...0x201B: ["'"]
        case 0x201C...0x201F: ["\""]
        case 0x3000: [" "]
        case 0x149: ["'", "n"]
        // The ſt of this one stays as it is.
        case 0xFB05: ["ſ", "t"]
        case 0x132, 0x133, 0x1C4...0x1CC, 0x1F1...0x1F3, 0xFB00...0xFB04, 0xFB06, 0xFF01...0xFFEF:
            Array(String(scalar).precomposedStringWithCompatibilityMapping.unicodeScalars)
        default: [scalar]
        }
    }

    private static func withLineFeeds(_ line: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        for (index, scalar) in line.enumerated() {
            switch scalar {
            case "\r": if index + 1 == line.count || line[index + 1] != "\n" { result.append("\n") }
            case "\u{2028}", "\u{2029}": result.append("\n")
            default: result.append(scalar)
            }
        }
        return result
    }

    /// Leaves out what sets the colours of terminals: an escape character, `[`, digits and semicolons, and a letter.
    private static func withoutTerminalEscapes(_ line: [Unicode.Scalar]) -> [Unicode.Scalar] {
        guard line.contains("\u{1B}") else { return line }
        var result: [Unicode.Scalar] = []
        var rest = line[...]
        while let first = rest.popFirst() {
            if first == "\u{1B}", rest.first == "[" {
                let end = rest.dropFirst().drop { $0 == ";" || $0.properties.generalCategory == .decimalNumber }
                if let letter = end.first, letter.isASCII, letter.properties.isAlphabetic {
                    rest = end.dropFirst()
                    continue
                }
            }
            result.append(first)
        }
        return result
    }

    private static func withoutControls(_ line: [Unicode.Scalar]) -> [Unicode.Scalar] {
        line.filter {
            switch $0.value {
            case 0x00...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x206A...0x206F, 0xFEFF, 0xFFF9...0xFFFC: false
            default: true
            }
        }
    }
}
