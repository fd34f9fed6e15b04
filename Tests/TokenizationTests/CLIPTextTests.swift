import Foundation
import TestSupport
import Testing

@testable import CaptionerTokenization

/// Texts, and the ids that the tokenizers of transformers and open_clip give them; `weights-tools/fixtures/clip_texts.py` made
/// them.
struct CLIPTextTests {
    private struct Case: Decodable {
        let text: String
        let fast: [Int]
        let slow: [Int]
        /// Nil where open_clip repairs the encoding of the text, or might replace a rare name.
        let openCLIP: [Int]?

        enum CodingKeys: String, CodingKey {
            case text
            case fast = "hf-fast"
            case slow = "hf-slow"
            case openCLIP = "open_clip"
        }
    }

    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    private let cases: [Case]
    private let tokenizer: Tokenizer

    init() throws {
        cases = try JSONDecoder().decode(
            [Case].self, from: Data(contentsOf: Self.fixtures.appending(path: "clip-texts.json")))
        tokenizer = try Tokenizer(folder: Self.fixtures.appending(path: "clip"))
    }

    @Test func encodesAsTheFastTokenizer() throws {
        #expect(cases.count > 250)
        for each in cases {
            #expect(try tokenizer.encode(each.text, by: .huggingFaceFast) == each.fast, "\(each.text.debugDescription)")
            #expect(tokenizer.encode(each.text, addingSpecialTokens: false) == each.fast)
        }
    }

    @Test func encodesAsTheSlowTokenizer() throws {
        for each in cases {
            #expect(try tokenizer.encode(each.text, by: .huggingFaceSlow) == each.slow, "\(each.text.debugDescription)")
        }
        #expect(cases.filter { $0.slow != $0.fast }.count > 50)
    }

    @Test func encodesAsOpenCLIPOrRefuses() throws {
        for each in cases {
            let ids = try? tokenizer.encode(each.text, by: .openCLIP)
            #expect(ids == each.openCLIP, "\(each.text.debugDescription)")
        }
        #expect(cases.filter { $0.openCLIP == nil }.count > 20)
        #expect(cases.filter { $0.openCLIP != $0.slow }.count > 50)
    }

    /// Letters of many alphabets, quotation marks and signs are no reason to refuse a text.
    @Test(
        arguments: [
            "café naïve «Été» „Straße“ “quoted”’s", "São Paulo, maçã, ¿qué? ¡olé! mamá’s",
            "Zażółć gęślą jaźń «ČÁP» Łódź",
            "Собака «бежит» по берегу, её ёлка. ГЭС «СССР»", "Їжа її — підсвічник’ів", "Ένας σκύλος «τρέχει»; ΟΔΥΣΣΕΥΣ",
            "日本語「テキスト」、犬が走る。", "한국어 텍스트", "कुत्ता समुद्र", "كلب يجري على الشاطئ",
            "🐶👩‍🚀 ❤️ 5 € ½ 20 °C ±3 © 2024 Foo® Bar™", "œuvre, cœur, Œuvre", "İstanbul’da ışık ÂŞIK",
        ])
    func ordinaryTextsAreNotRefused(text: String) throws {
        #expect(try !tokenizer.encode(text, by: .openCLIP).isEmpty)
    }

    @Test(
        arguments: [
            ("cafÃ© on the beach", "a wrong encoding"), ("itâ€™s", "a wrong encoding"),
            ("РџСЂРёРІРµС‚", "a wrong encoding"),
            ("a \u{92} b", "a wrong encoding"), ("ok\nna\u{C3}\u{AF}ve", "a wrong encoding"),
            ("a &CounterClockwiseContourIntegral; b", "\"&CounterClockwiseContourIntegral;\""),
        ])
    func refusalsSayWhy(text: String, cause: String) {
        let refusal = #expect(throws: TextRefusal.self) { try tokenizer.encode(text, by: .openCLIP) }
        #expect("\(refusal.map { "\($0)" } ?? "")".contains(cause))
    }

    /// A character that is canonically equivalent to an ASCII one is another character.
    @Test func namesOfCharactersAreBytes() throws {
        let kelvin = try CharacterReferences.unescaped(Array("&\u{212A}appa".unicodeScalars))
        #expect(PythonText.string(kelvin).utf8.elementsEqual("&\u{212A}appa".utf8))
        #expect(try PythonText.string(CharacterReferences.unescaped(Array("&Kappa;".unicodeScalars))) == "Κ")
    }
}
