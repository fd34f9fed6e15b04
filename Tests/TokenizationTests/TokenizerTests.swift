import Foundation
import Testing

@testable import Tokenization

/// A byte-level tokenizer with three merges, in a folder of its own.
struct TokenizerTests {
    @Test func mergesByRankFromTheLeft() throws {
        var vocabulary: [String: Int] = [:]
        for (byte, scalar) in ByteAlphabet.scalars.enumerated() { vocabulary[String(Character(scalar))] = byte }
        vocabulary["aa"] = 256
        vocabulary["ab"] = 257
        vocabulary["aab"] = 258
        let tokenizer = try Tokenizer(
            TokenizerDefinition(
                vocabulary: vocabulary, merges: [("a", "b"), ("a", "a"), ("a", "ab")], files: ("v", "m", "a")))
        #expect(tokenizer.encode("aaa") == [256, 97])
        #expect(tokenizer.encode("aab") == [258])
        #expect(tokenizer.encode("aaab") == [256, 257])
        #expect(tokenizer.decode([258, 32, 195, 169, 1000]) == "aab é")
    }
}
