import Foundation
import TestSupport
import Testing

@testable import CaptionerTokenization

/// Strings and ids as the `tokenizers` library maps them to each other; `weights-tools/fixtures/bpe_tokenizers.py` and
/// `gemma_tokenizers.py` and `wordpiece_tokenizers.py` beside it made them.
struct FixtureTests {
    struct Cases: Decodable {
        struct Encoding: Decodable {
            let text: String
            let ids: [Int]
        }

        struct Decoding: Decodable {
            let ids: [Int]
            let text: String
            let all: String
        }

        let size: Int
        let special: [Int]
        let encodings: [Encoding]
        let decodings: [Decoding]
    }

    /// A folder with a tokenizer, and what is expected of it.
    struct Source: CustomTestStringConvertible, Sendable {
        let folder: String
        let cases: String
        var testDescription: String { folder }

        static let all = [
            Source(folder: "pairs", cases: "cases.json"), Source(folder: "lines", cases: "cases.json"),
            Source(folder: "files", cases: "cases.json"), Source(folder: "flags", cases: "flags/cases.json"),
            Source(folder: "gemma", cases: "gemma/cases.json"),
            Source(folder: "gemma-added", cases: "gemma-added/cases.json"),
            Source(folder: "gemma-gaps", cases: "gemma-gaps/cases.json"),
            Source(folder: "wordpiece", cases: "wordpiece/cases.json"),
            Source(folder: "wordpiece-lines", cases: "wordpiece/cases.json"),
            Source(folder: "wordpiece-cased", cases: "wordpiece-cased/cases.json"),
        ]

        /// Those in which each byte has a token, and no character is written as another.
        static let lossless = all.prefix(3)

        func load() throws -> (tokenizer: Tokenizer, cases: Cases) {
            let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
                "Fixtures")
            let data = try Data(contentsOf: fixtures.appendingPathComponent(cases))
            return (
                try Tokenizer(folder: fixtures.appendingPathComponent(folder)),
                try JSONDecoder().decode(Cases.self, from: data)
            )
        }
    }

    @Test(arguments: Source.all) func encodesAsTheLibrary(_ source: Source) throws {
        let (tokenizer, cases) = try source.load()
        #expect(cases.encodings.count > 400)
        for encoding in cases.encodings {
            #expect(tokenizer.encode(encoding.text) == encoding.ids, "\(encoding.text.debugDescription)")
        }
    }

    @Test(arguments: Source.all) func decodesAsTheLibrary(_ source: Source) throws {
        let (tokenizer, cases) = try source.load()
        #expect(cases.decodings.count > 500)
        for decoding in cases.decodings {
            // Not the strings themselves: those are equal, too, when they are made of other characters with the same
            // meaning.
            let text = tokenizer.decode(decoding.ids)
            #expect(Array(text.utf8) == Array(decoding.text.utf8), "\(decoding.ids): \(text.debugDescription)")
            let all = tokenizer.decode(decoding.ids, skippingSpecialTokens: false)
            #expect(Array(all.utf8) == Array(decoding.all.utf8), "\(decoding.ids): \(all.debugDescription)")
        }
    }

    @Test(arguments: Source.all) func knowsItsTokens(_ source: Source) throws {
        let (tokenizer, cases) = try source.load()
        #expect(tokenizer.vocabularySize == cases.size)
        #expect(tokenizer.specialTokenIDs == Set(cases.special))
        for id in 0..<tokenizer.vocabularySize {
            let token = try #require(tokenizer.token(for: id))
            #expect(tokenizer.id(for: token) == id)
        }
        #expect(tokenizer.token(for: tokenizer.vocabularySize) == nil)
        #expect(tokenizer.token(for: -1) == nil)
        #expect(tokenizer.id(for: "not a token") == nil)
    }

    @Test(arguments: Source.lossless) func encodingLosesNothing(_ source: Source) throws {
        let (tokenizer, cases) = try source.load()
        for encoding in cases.encodings {
            let ids = tokenizer.encode(encoding.text, addingSpecialTokens: false)
            #expect(["</s>"].compactMap(tokenizer.id(for:)) + ids == encoding.ids)
            #expect(Array(tokenizer.decode(ids, skippingSpecialTokens: false).utf8) == Array(encoding.text.utf8))
        }
    }
}
