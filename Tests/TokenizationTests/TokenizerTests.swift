import CaptionerJSON
import Foundation
import Testing

@testable import CaptionerTokenization

/// A byte-level tokenizer with a few merges.
struct TokenizerTests {
    private let vocabulary: [ExactString: Int]

    init() {
        var vocabulary: [ExactString: Int] = [:]
        for (byte, scalar) in ByteAlphabet.scalars.enumerated() {
            vocabulary[ExactString(String(Character(scalar)))] = byte
        }
        for (index, token) in ["aa", "ab", "aab", "aaaa", "ba"].enumerated() {
            vocabulary[ExactString(token)] = 256 + index
        }
        self.vocabulary = vocabulary
    }

    private func tokenizer(_ merges: [(String, String)], _ change: (inout TokenizerDefinition) -> Void = { _ in })
        throws -> Tokenizer
    {
        var definition = TokenizerDefinition(
            vocabulary: vocabulary, merges: merges.map { ($0.0, $0.1) }, files: ("v", "m", "a"))
        change(&definition)
        return try Tokenizer(definition)
    }

    @Test func mergesByRankFromTheLeft() throws {
        let tokenizer = try tokenizer([("a", "b"), ("a", "a"), ("a", "ab")])
        #expect(tokenizer.encode("aaa") == [256, 97])
        #expect(tokenizer.encode("aab") == [258])
        #expect(tokenizer.encode("aaab") == [256, 257])
        #expect(tokenizer.decode([258, 32, 195, 169, 1000, -5, Int.max]) == "aab é")
    }

    @Test func ofTwoMergesOfOnePairTheLaterCounts() throws {
        #expect(try tokenizer([("b", "a"), ("a", "b")]).encode("aba") == [97, 260])
        #expect(try tokenizer([("b", "a"), ("a", "b"), ("b", "a")]).encode("aba") == [257, 97])
    }

    @Test func longWordsAreMergedLikeShortOnes() throws {
        let tokenizer = try tokenizer([("a", "a"), ("aa", "aa"), ("b", "a")])
        // Were the time quadratic, this would not end today.
        #expect(
            tokenizer.encode(String(repeating: "a", count: 100_003)) == Array(repeating: 259, count: 25_000) + [
                256, 97,
            ])
        #expect(
            tokenizer.encode(String(repeating: "ab", count: 50_000)) == [97] + Array(repeating: 260, count: 49_999) + [
                98
            ])
    }

    @Test func unknownBytesAreDroppedReplacedOrFused() throws {
        func ids(of text: String = "axyaa-z", _ change: (inout TokenizerDefinition) -> Void) throws -> [Int] {
            try tokenizer([("a", "a")]) {
                $0.vocabulary = ["a": 0, "aa": 1, "?": 2]
                change(&$0)
            }
            .encode(text)
        }
        #expect(try ids { _ in } == [1, 0])
        #expect(try ids { $0.unknownToken = "?" } == [0, 2, 2, 1, 2, 2])
        let fused: (inout TokenizerDefinition) -> Void = {
            $0.unknownToken = "?"
            $0.options.fusesUnknown = true
        }
        #expect(try ids(fused) == [0, 2, 1, 2, 2], "unknown bytes are fused within a word only")
        #expect(try ids(of: "a??!", fused) == [0, 2, 2, 2], "a byte that is spelled like the unknown token is known")
    }

    @Test func optionsOfThePipeline() throws {
        #expect(try tokenizer([]) { $0.options.ignoresMerges = true }.encode("aab ab") == [258, 32, 97, 98])
        #expect(try tokenizer([("a", "b")]) { $0.options.addsPrefixSpace = true }.encode("ab") == [32, 257])
        #expect(try tokenizer([("a", "b")]) { $0.options.addsPrefixSpace = true }.encode(" ab") == [32, 257])
        let merges = [(" ".spelled, "a"), ("a", "\n".spelled)]
        let whole = try tokenizer(merges) {
            $0.vocabulary["Ġa"] = 300
            $0.vocabulary["aĊ"] = 301
            $0.options.splitsWords = false
        }
        #expect(whole.encode("a\n a") == [301, 300])
    }

    @Test func everyTextComesBack() throws {
        let tokenizer = try tokenizer([("a", "a")])
        let text = String(
            String.UnicodeScalarView(
                (0...0x10FFFF as ClosedRange<UInt32>).lazy.filter { $0 % 97 == 0 }.compactMap(Unicode.Scalar.init)))
        #expect(Array(tokenizer.decode(tokenizer.encode(text)).utf8) == Array(text.utf8))
    }
}

extension String {
    /// The text in the alphabet of byte-level BPE.
    fileprivate var spelled: String { ByteAlphabet.spelling(of: utf8) }
}
