/// Neighbours that are unlikely in sensible text, after the table of ftfy's `badness`, and a little more than those.
enum MojibakeSigns {
    private enum Kind {
        /// Hardly used but in broken text.
        case bad
        case currency, law, opening, closing, number, box
        /// Letters of the Latin alphabet with accents.
        case upper, lower
        /// Those that faces are made of, which are judged mildly.
        case face
        /// Letters of other alphabets, and what may be beside anything.
        case other
    }

    private static let kinds: [Unicode.Scalar: Kind] = {
        let groups: [(Kind, String)] = [
            (.bad, "¦¤¨¬¯¸ƒˆˇ˘˛˜†‡‰⌐◊\u{FFFD}ªº"), (.currency, "¢£¥₧€"), (.law, "¶§"),
            (.opening, "¡«¿©\u{384}\u{385}‘‚“„•‹\u{F8FF}"), (.closing, "®»˝”›™"),
            (.number, "²³¹±¼½¾×µ÷⁄∂\u{2206}∏∑√∞∩∫≈≠≡≤≥№"), (.box, "│┌┐┘├┤┬┼═║╒╓╔╕╖╗╘╙╚╛╜╝╞╟╠╡╢╣╤╥╦╧╨╩╪╫╬▀▄█▌▐░▒▓"),
            (.face, "ÒÓÔÕÖÙÚÛòóôõöøùúûŐŌŪŲ°"), (.upper, "ҐÜ"), (.lower, "ґﬁﬂ"),
        ]
        return Dictionary(groups.flatMap { kind, text in text.unicodeScalars.map { ($0, kind) } }) { $1 }
    }()

    private static func kind(_ scalar: Unicode.Scalar?) -> Kind? {
        guard let scalar, !scalar.isASCII else { return nil }
        if let kind = kinds[scalar] { return kind }
        guard scalar.value < 0x180 else { return .other }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter: return .upper
        case .lowercaseLetter: return .lower
        default: return .other
        }
    }

    /// - Parameter isPart: whether it is a part of a text, so that it is not certain where sense begins.
    static func isUnlikely(_ text: [Unicode.Scalar], isPart: Bool = false) -> Bool {
        text.indices.contains { index in
            func at(_ offset: Int) -> Unicode.Scalar? {
                text.indices.contains(index + offset) ? text[index + offset] : nil
            }
            guard let next = at(1), !text[index].isASCII else { return false }
            if ["Œ", "œ"].contains(text[index]) { return !(next.isASCII && next.properties.isAlphabetic) }
            if next == " " { return ["Â", "Ã"].contains(text[index]) && (isPart || isStart(at(-1), at(-2))) }
            guard !next.isASCII else { return false }
            return isUnlikely(text[index], next, before: at(-1), after: at(2))
        }
    }

    /// Whether `Ã` or `Â` before a blank is unlikely, after what precedes it.
    private static func isStart(_ before: Unicode.Scalar?, _ earlier: Unicode.Scalar?) -> Bool {
        guard let before else { return true }
        let nearest = before.properties.isWhitespace ? earlier : before
        return nearest.map { ("a"..."z").contains($0) || ".,?!".unicodeScalars.contains($0) || kind($0) == .closing }
            ?? true
    }

    private static func isUnlikely(
        _ first: Unicode.Scalar, _ second: Unicode.Scalar, before: Unicode.Scalar?, after: Unicode.Scalar?
    ) -> Bool {
        // Some say enough alone.
        let isSign =
            kinds[second] != nil || !second.properties.isAlphabetic || "ŸŠœšž".unicodeScalars.contains(second)
        if "×√≈‚".unicodeScalars.contains(first) || isSign && "ÂÃÎÐ".unicodeScalars.contains(first) { return true }
        if [["в", "Ђ"], ["β", "€"], ["Ђ", "В"]].contains([first, second]) { return true }
        for letters in ["ØÙ", "ВГРС", "ΒΓΞΟ"].map(\.unicodeScalars) where letters.contains(first) {
            if isSign, after.map(letters.contains) == true { return true }
        }
        guard let firstKind = kind(first), let secondKind = kind(second) else { return false }
        switch (firstKind, secondKind) {
        case (.bad, .other), (.bad, .face), (.face, .bad): return false
        case (_, .bad), (.bad, _): return true
        case (.lower, .upper), (.other, .upper), (.box, .upper), (.closing, .upper), (.currency, .upper),
            (.number, .upper),
            (.box, .lower), (.closing, .lower), (.currency, .lower), (.number, .lower):
            return true
        case (.lower, .currency), (.upper, .currency), (.box, .currency), (.closing, .currency): return true
        case (.upper, .number), (.upper, .law), (.box, .number), (.box, .law): return true
        case (.lower, .number): return first == "à"
        case (.currency, .opening), (.number, .opening), (.box, .opening): return true
        case (.box, .face), (.box, .closing): return true
        case (.other, .box), (.face, .box): return false
        case (_, .box): return firstKind != .box
        case (.upper, .face): return second == "°"
        case (.upper, .opening), (.lower, .opening):
            return isWord(after) || kind(after) == .number || before.map { ("a"..."z").contains($0) } == true
        case (.upper, .closing), (.lower, .closing): return isWord(after) || kind(after) == .opening
        case (.closing, .opening): return kind(after) == .number
        case (.currency, .closing), (.number, .closing), (.law, .closing): return kind(after) == .opening
        default: return false
        }
    }

    private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
        scalar.map { $0.isWordCharacter || CharacterClass($0) == .number } ?? false
    }
}
