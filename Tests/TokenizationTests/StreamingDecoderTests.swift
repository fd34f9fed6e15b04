import CaptionerJSON
import TestSupport
import Testing

@testable import CaptionerTokenization

/// Text that comes token by token is the text that comes at once.
struct StreamingDecoderTests {
    private static let fixtures = FixtureTests.Source.all

    @Test(arguments: fixtures) func piecesAddUpToTheText(_ source: FixtureTests.Source) throws {
        let (tokenizer, cases) = try source.load()
        for decoding in cases.decodings {
            let text = streamed(decoding.ids, tokenizer).joined()
            #expect(Array(text.utf8) == Array(decoding.text.utf8), "\(decoding.ids)")
            let all = streamed(decoding.ids, tokenizer, skippingSpecialTokens: false).joined()
            #expect(Array(all.utf8) == Array(decoding.all.utf8), "\(decoding.ids)")
        }
    }

    @Test(arguments: fixtures) func piecesOfRandomIDsAddUpToTheText(_ source: FixtureTests.Source) throws {
        let tokenizer = try source.load().tokenizer
        var generator = SplitMix64(seed: 22)
        for _ in 0..<2000 {
            let ids = (0..<Int.random(in: 1...20, using: &generator)).map { _ in
                Int.random(in: -2...tokenizer.vocabularySize, using: &generator)
            }
            expectSamePieces(ids, tokenizer)
        }
    }

    /// Every byte is a token: whatever UTF-8 forbids comes about.
    @Test func piecesOfRandomBytesAddUpToTheText() throws {
        let tokenizer = try byteTokenizer()
        var generator = SplitMix64(seed: 23)
        // Bytes at the edges of what is allowed where are drawn as often as all others.
        let edges =
            [0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC]
            + [0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF]
        for _ in 0..<20_000 {
            let ids = (0..<Int.random(in: 1...9, using: &generator)).map { _ in
                Bool.random(using: &generator)
                    ? edges[Int.random(in: 0..<edges.count, using: &generator)]
                    : Int.random(in: 0...255, using: &generator)
            }
            expectSamePieces(ids, tokenizer)
        }
    }

    @Test func aCharacterComesWithItsLastByte() throws {
        let tokenizer = try byteTokenizer()
        #expect(streamed(Array("é".utf8).map(Int.init), tokenizer) == ["", "é", ""])
        #expect(streamed(Array("a👍b".utf8).map(Int.init), tokenizer) == ["a", "", "", "", "👍", "b", ""])
    }

    @Test func whatCanBecomeNoCharacterIsReplacedAtOnce() throws {
        let tokenizer = try byteTokenizer()
        #expect(streamed([0x80, 0xFF, 0x41], tokenizer) == ["\u{FFFD}", "\u{FFFD}", "A", ""])
        // 0xED 0xA0 would be half of a surrogate pair, and 0xE2 0x82 lacks a byte of the euro sign.
        #expect(streamed([0xED, 0xA0], tokenizer) == ["", "\u{FFFD}\u{FFFD}", ""])
        #expect(streamed([0xE2, 0x82, 0x41], tokenizer) == ["", "", "\u{FFFD}A", ""])
        #expect(streamed([0xE2, 0x82, 0xE2], tokenizer) == ["", "", "\u{FFFD}", "\u{FFFD}"])
    }

    @Test func finishingGivesWhatIsLeftAndBeginsAnew() throws {
        var decoder = StreamingDecoder(try byteTokenizer())
        #expect(decoder.append(0xE2) + decoder.append(0x82) == "")
        #expect(decoder.finish() == "\u{FFFD}")
        #expect(decoder.finish() == "")
        #expect(decoder.append(0xC3) + decoder.append(0xA9) == "é")
    }

    /// Each byte is the token of its number.
    private func byteTokenizer() throws -> Tokenizer {
        var definition = TokenizerDefinition(vocabulary: [:], merges: [], files: ("v", "m", "a"))
        for (byte, scalar) in ByteAlphabet.scalars.enumerated() {
            definition.vocabulary[ExactString(String(Character(scalar)))] = byte
        }
        return try Tokenizer(definition)
    }

    private func streamed(_ ids: [Int], _ tokenizer: Tokenizer, skippingSpecialTokens: Bool = true) -> [String] {
        var decoder = StreamingDecoder(tokenizer, skippingSpecialTokens: skippingSpecialTokens)
        return ids.map { decoder.append($0) } + [decoder.finish()]
    }

    private func expectSamePieces(_ ids: [Int], _ tokenizer: Tokenizer) {
        let pieces = streamed(ids, tokenizer)
        #expect(Array(pieces.joined().utf8) == Array(tokenizer.decode(ids).utf8), "\(ids)")
    }
}
