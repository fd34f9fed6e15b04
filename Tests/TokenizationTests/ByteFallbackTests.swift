import CaptionerJSON
import Testing

@testable import CaptionerTokenization

/// Characters that are no tokens, and tokens of bytes.
struct ByteFallbackTests {
    private func tokenizer(
        _ tokens: [String], merges: [(String, String)] = [], _ change: (inout TokenizerDefinition) -> Void = { _ in }
    ) throws -> Tokenizer {
        let ids = Dictionary(uniqueKeysWithValues: tokens.enumerated().map { (ExactString($1), $0) })
        var definition = TokenizerDefinition(
            vocabulary: ids, merges: merges.map { ($0.0, $0.1) }, files: ("v", "m", "a"))
        definition.options.fallsBackToBytes = true
        change(&definition)
        return try Tokenizer(definition)
    }

    @Test func aCharacterWithoutATokenIsItsBytes() throws {
        let tokenizer = try tokenizer(ByteFallback.spellings + ["a", "▁", "▁a", "é"], merges: [("▁", "a")])
        #expect(tokenizer.encode("a a") == [256, 258])
        #expect(tokenizer.encode("éb e\u{301}") == [259, 0x62, 257, 0x65, 0xCC, 0x81])
        #expect(tokenizer.encode("<0x41>\t") == [0x3C, 0x30, 0x78, 0x34, 0x31, 0x3E, 9])
        #expect(tokenizer.encode("▁a  ") == [258, 257, 257])
        #expect(tokenizer.decode([256, 258, 259, 0x62]) == "a aéb")
    }

    /// Without all of its bytes a character is unknown. The library puts the token for it after bytes that follow.
    @Test func unknownCharactersAreDroppedReplacedOrFused() throws {
        let tokens = ["a", "?", "<0x62>", "<0xC3>", "<0xA9>"]
        func ids(_ text: String, _ change: (inout TokenizerDefinition) -> Void) throws -> [Int] {
            try tokenizer(tokens, change).encode(text)
        }
        #expect(try ids("axéyb") { _ in } == [0, 3, 4, 2])
        #expect(try ids("axxa") { $0.unknownToken = "?" } == [0, 1, 1, 0])
        #expect(try ids("axéa") { $0.unknownToken = "?" } == [0, 3, 4, 1, 0])
        #expect(try ids("axéya") { $0.unknownToken = "?" } == [0, 3, 4, 1, 1, 0])
        let fused: (inout TokenizerDefinition) -> Void = {
            $0.unknownToken = "?"
            $0.options.fusesUnknown = true
        }
        #expect(try ids("axxéyb", fused) == [0, 3, 4, 2, 1])
        #expect(try ids("xxaè", fused) == [1, 0, 1], "half of the bytes are no help")
        #expect(try ids("x?x", fused) == [1, 1, 1])
    }

    @Test func aWordThatIsATokenNeedsNoMergesIfTheFileSaysSo() throws {
        let tokens = ["a", "b", "ab", "▁", "▁ab"]
        #expect(try tokenizer(tokens).encode("ab") == [0, 1])
        #expect(try tokenizer(tokens) { $0.options.ignoresMerges = true }.encode("ab") == [2])
        #expect(try tokenizer(tokens) { $0.options.ignoresMerges = true }.encode(" ab") == [4])
    }

    @Test func addedTokensThatAreNormalisedAreFoundInNormalisedText() throws {
        let tokenizer = try tokenizer(["a", "b", "▁"]) {
            $0.addedTokens = [
                AddedToken(content: "a b", isNormalized: true, isFoundLate: true, id: 3),
                AddedToken(content: "b b", isNormalized: false, isFoundEarly: true, id: 4),
                AddedToken(content: "b▁a", isNormalized: true, isFoundLate: true, id: 5),
            ]
        }
        #expect(tokenizer.encode("a b") == [3])
        #expect(tokenizer.encode("a▁b") == [3])
        #expect(tokenizer.encode("b b") == [4])
        #expect(tokenizer.encode("b▁b") == [1, 2, 1])
        #expect(tokenizer.encode("b a") == [5])
        #expect(tokenizer.decode([3, 5]) == "a bb a")
    }

    @Test func tokensOfBytesAreKnownByTheirSpelling() {
        for (byte, spelling) in ByteFallback.spellings.enumerated() {
            #expect(ByteFallback.byte(of: spelling) == UInt8(byte))
            #expect(ByteFallback.byte(of: spelling.lowercased()) == UInt8(byte))
        }
        #expect(ByteFallback.byte(of: "<0x+5>") == 5)
        for text in [
            "", "\t", "<0x>", "<0x1>", "<0x041>", "<0X41>", "<0x-1>", "<0x-0>", "<0x++>", "<0x4g>", "<0xé>", "<0x41]",
            "x0x41>",
        ] {
            #expect(ByteFallback.byte(of: text) == nil, "\(text)")
        }
    }

    @Test func aRunOfBytesThatIsNoUTF8IsReplacedByteByByte() throws {
        let tokenizer = try tokenizer(ByteFallback.spellings + ["a", "▁", "</s>", ""]) {
            $0.addedTokens = [
                AddedToken(content: "</s>", isSpecial: true, isNormalized: false, isFoundEarly: true, id: 258)
            ]
        }
        func expect(_ ids: [Int], _ pieces: [String]) {
            #expect(tokenizer.decode(ids) == pieces.joined(), "\(ids)")
            var decoder = StreamingDecoder(tokenizer)
            #expect(ids.map { decoder.append($0) } + [decoder.finish()] == pieces, "\(ids)")
        }
        expect([0xC3, 0xA9, 256], ["", "", "éa", ""])
        expect([0xC3, 0xA9, 0xC3, 0xA9], ["", "", "", "", "éé"])
        // In byte-level BPE the first character would stay, and the half of the second would be one U+FFFD.
        expect([0x41, 0xE2, 0x82, 256], ["", "", "", "\u{FFFD}\u{FFFD}\u{FFFD}a", ""])
        expect([0xC3, 256, 0xA9, 257], ["", "\u{FFFD}a", "", "\u{FFFD} ", ""])
        // What is left out ends no run, and what is empty does.
        expect([0xC3, 258, 1000, -1, 0xA9], ["", "", "", "", "", "é"])
        expect([0xC3, 259, 0xA9], ["", "\u{FFFD}", "", "\u{FFFD}"])
        // Bytes of what a blank is written as are no blank.
        expect([0xE2, 0x96, 0x81, 257], ["", "", "", "▁ ", ""])
        #expect(tokenizer.decode([0xC3, 258, 0xA9], skippingSpecialTokens: false) == "\u{FFFD}</s>\u{FFFD}")
    }
}
