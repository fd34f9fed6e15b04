import Testing

@testable import CaptionerTokenization

struct WordSplitterTests {
    private func words(_ string: String) -> [String] {
        let text = UTF8Text(string)
        return WordSplitter(text, text.bytes.indices).map { String(decoding: text.bytes[$0], as: UTF8.self) }
    }

    @Test(
        arguments: [
            ("", []), ("dog", ["dog"]), (" dog", [" dog"]), ("two dogs", ["two", " dogs"]),
            ("3 dogs2", ["3", " dogs", "2"]),
            ("well-known (2)!", ["well", "-", "known", " (", "2", ")!"]),
            ("it's they'll I've", ["it", "'s", " they", "'ll", " I", "'ve"]),
            ("IT'S 'tis", ["IT", "'", "S", " '", "tis"]),
            ("a  b", ["a", " ", " b"]), ("a \n\n b", ["a", " \n\n", " b"]), ("a\n\nb", ["a", "\n", "\n", "b"]),
            ("a  ", ["a", "  "]),
            ("a\u{3000}b", ["a", "\u{3000}", "b"]), ("été ½ ٣", ["été", " ½", " ٣"]), ("e\u{301}", ["e", "\u{301}"]),
            ("👍🏽 ok", ["👍🏽", " ok"]), ("'", ["'"]), ("'r", ["'", "r"]), ("!'s", ["!'", "s"]),
        ] as [(String, [String])])
    func splitsLikeTheExpression(text: String, expected: [String]) {
        #expect(words(text).map { Array($0.utf8) } == expected.map { Array($0.utf8) })
    }

    @Test func asciiClassesAreThoseOfUnicode() {
        for code in UInt8(0)..<128 {
            let scalar = Unicode.Scalar(code)
            let expected: CharacterClass =
                switch scalar.properties.generalCategory {
                case .uppercaseLetter, .lowercaseLetter: .letter
                case .decimalNumber: .number
                default: scalar.properties.isWhitespace ? .space : .other
                }
            #expect(CharacterClass(scalar) == expected, "U+\(String(code, radix: 16))")
        }
    }

    @Test func lettersSinceUnicode17AreNone() {
        // Assigned in Unicode 16 and 17: the first joins a word, the second does not.
        #expect(words("a\u{A7CB}") == ["a\u{A7CB}"])
        #expect(words("a\u{323B0}") == ["a", "\u{323B0}"])
    }
}
