import Foundation
import TestSupport
import Testing

@testable import CaptionerTokenization

/// A tokenizer with the layout of Gemma's; `weights-tools/fixtures/gemma_tokenizers.py` made it.
struct GemmaTokenizerTests {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "Fixtures")

    private struct LongText: Decodable {
        /// What is repeated; empty for letters from a generator of random numbers.
        let unit: String
        let count: Int
        let hash: String
    }

    @Test func aTextOfOneLongWordIsEncodedAsByTheLibrary() throws {
        let tokenizer = try Tokenizer(folder: Self.fixtures.appendingPathComponent("gemma"))
        let data = try Data(contentsOf: Self.fixtures.appendingPathComponent("gemma-long.json"))
        let texts = try JSONDecoder().decode([LongText].self, from: data)
        #expect(texts.count > 10)
        for expected in texts {
            let text = Self.longText(expected.unit)
            let ids = tokenizer.encode(text)
            #expect(ids.count == expected.count, "\(expected.unit.debugDescription)")
            #expect(Self.hash(ids) == expected.hash, "\(expected.unit.debugDescription)")
            let decoded = tokenizer.decode(Array(ids.dropFirst()), skippingSpecialTokens: false)
            #expect(Array(decoded.utf8) == Array(text.utf8).replacing("▁".utf8, with: " ".utf8))
        }
    }

    @Test func everyTextComesBack() throws {
        let text = String(
            String.UnicodeScalarView(
                (0...0x10FFFF as ClosedRange<UInt32>).lazy.filter { $0 % 97 == 0 }.compactMap(Unicode.Scalar.init)))
        for name in ["gemma", "gemma-added"] {
            let tokenizer = try Tokenizer(folder: Self.fixtures.appendingPathComponent(name))
            #expect(Array(tokenizer.decode(tokenizer.encode(text)).utf8) == Array(text.utf8))
        }
    }

    /// What `GemmaTokenizerFast` of transformers 4.38 makes of a configuration.
    @Test(
        arguments: [
            ("{}", [2], []),
            (#"{"tokenizer_class": "PreTrainedTokenizerFast", "add_bos_token": false}"#, [2], []),
            (#"{"tokenizer_class": "GemmaTokenizer"}"#, [2], []),
            (#"{"tokenizer_class": "GemmaTokenizerFast", "add_eos_token": true}"#, [2], [1]),
            (#"{"tokenizer_class": "GemmaTokenizer", "add_bos_token": false}"#, [], []),
            (#"{"tokenizer_class": "GemmaTokenizer", "add_bos_token": false, "add_eos_token": true}"#, [], [1]),
            (#"{"tokenizer_class": "GemmaTokenizer", "bos_token": "<pad>", "eos_token": null}"#, [0], []),
        ] as [(String, [Int], [Int])])
    func theConfigurationDecidesWhatGoesBeforeAndAfter(configuration: String, prefix: [Int], suffix: [Int]) throws {
        let tokenizer = try tokenizer(configuration)
        #expect(tokenizer.affixes == (prefix, suffix))
        let ids = tokenizer.encode("the dog", addingSpecialTokens: false)
        #expect(!ids.isEmpty)
        #expect(tokenizer.encode("the dog") == prefix + ids + suffix)
        let isGemma = configuration.contains("Gemma")
        #expect(tokenizer.removesTokenizationSpaces == (isGemma ? false : nil))
        #expect(tokenizer.specialTokenIDs.isSuperset(of: [0, 1, 2, 3]))
    }

    @Test func theClassNamesTokensThatTheConfigurationDoesNot() throws {
        let file = try String(contentsOf: Self.fixtures.appendingPathComponent("gemma/tokenizer.json"), encoding: .utf8)
        let added = try #require(file.firstRange(of: /"added_tokens": \[.*?\]/))
        let without = file.replacingCharacters(in: added, with: #""added_tokens": []"#)
        let plain = try tokenizer("{}", file: without)
        #expect(plain.specialTokenIDs.isEmpty)
        #expect(plain.encode("<eos>", addingSpecialTokens: false) != [1])
        let gemma = try tokenizer(#"{"tokenizer_class": "GemmaTokenizer"}"#, file: without)
        #expect(gemma.specialTokenIDs == [0, 1, 2, 3])
        #expect(gemma.encode("<eos>", addingSpecialTokens: false) == [1])
        let other = try tokenizer(#"{"tokenizer_class": "GemmaTokenizer", "pad_token": "<extra>"}"#, file: without)
        #expect(other.specialTokenIDs == [1, 2, 3, plain.vocabularySize])
    }

    @Test func aTokenInFrontHasToExist() throws {
        let error = try #require(throws: TokenizerError.self) {
            try tokenizer(#"{"tokenizer_class": "GemmaTokenizer", "bos_token": null}"#)
        }
        #expect(error.description.hasSuffix("at add_bos_token: the sequence should get a bos_token, but there is none"))
    }

    private func tokenizer(_ configuration: String, file: String? = nil) throws -> Tokenizer {
        let folder = try TemporaryFolder()
        let source = Self.fixtures.appendingPathComponent("gemma/tokenizer.json")
        try folder.write(try file ?? String(contentsOf: source, encoding: .utf8), as: "tokenizer.json")
        try folder.write(configuration, as: "tokenizer_config.json")
        return try Tokenizer(folder: folder.url)
    }

    /// 200,000 characters.
    private static func longText(_ unit: String) -> String {
        var result = String.UnicodeScalarView()
        if unit.isEmpty {
            let letters = Array("etaoinshrdlu ".unicodeScalars)
            var state: UInt64 = 1
            for _ in 0..<200_000 {
                state = (state * 1_103_515_245 + 12345) % (1 << 31)
                result.append(letters[Int((state >> 16) % 13)])
            }
        } else {
            let scalars = Array(unit.unicodeScalars)
            for index in 0..<200_000 { result.append(scalars[index % scalars.count]) }
        }
        return String(result)
    }

    /// FNV-1a in 64 bits, an id for a byte.
    private static func hash(_ ids: [Int]) -> String {
        let hash = ids.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
