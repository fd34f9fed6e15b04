import CaptionerJSON
import TestSupport
import Testing

@testable import CaptionerTokenization

/// Tokens that differ in bytes alone, which strings in Swift do not, are two.
struct ExactTokenTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func theVocabularyKeepsBoth() throws {
        // The first is how the byte 0xE9 is spelled, the second no spelling of anything.
        try folder.write("{\"e\":0,\"é\":1,\"e\u{301}\":2,\"\\u0065\\u0301b\":3}", as: "vocab.json")
        try folder.write("e \u{301}\n", as: "merges.txt")
        let error = #expect(throws: TokenizerError.self) { try Tokenizer(folder: folder.url) }
        #expect(error?.description.hasSuffix("needs the token \"\u{301}\", which is not in the vocabulary") == true)
        try folder.write("", as: "merges.txt")
        let tokenizer = try Tokenizer(folder: folder.url)
        #expect(tokenizer.vocabularySize == 4)
        #expect(tokenizer.id(for: "é") == 1)
        #expect(tokenizer.id(for: "e\u{301}") == 2)
        #expect(tokenizer.id(for: "éb") == nil)
        #expect(tokenizer.token(for: 2).map { Array($0.utf8) } == Array("e\u{301}".utf8))
    }

    @Test func addedTokensAreFoundByTheirBytes() throws {
        try folder.write("{\"a\":0}", as: "vocab.json")
        try folder.write("", as: "merges.txt")
        try folder.write("{\"É\":1,\"E\u{301}\":2}", as: "added_tokens.json")
        try folder.write(
            "{\"bos_token\":\"E\u{301}\",\"additional_special_tokens\":[\"ö\",\"o\u{308}\"]}",
            as: "tokenizer_config.json")
        let tokenizer = try Tokenizer(folder: folder.url)
        #expect(tokenizer.encode("aÉaE\u{301}öo\u{308}") == [0, 1, 0, 2, 3, 4])
        #expect(tokenizer.specialTokenIDs == [2, 3, 4])
        #expect(
            Array(tokenizer.decode([4, 1, 2], skippingSpecialTokens: false).utf8)
                == Array("o\u{308}\u{FFFD}E\u{301}".utf8))
    }

    @Test func aTemplateTakesTheTokenOfItsBytes() throws {
        let processor = try PostProcessor(
            JSONField(
                value: JSONParser.parse(
                    """
                    {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"\u{E9}"}},{"Sequence":{"id":"A"}}],
                    "special_tokens":{"\u{E9}":{"ids":[7]},"e\u{301}":{"ids":[8]}}}
                    """.utf8), path: "post_processor"))
        let (prefix, suffix) = try processor.affixes()
        #expect(prefix == [7])
        #expect(suffix == [])
    }

    @Test func anAddedTokenIsAddedOnce() {
        var added = AddedVocabulary(vocabulary: ["a": 0, "b": 1])
        for content in ["é", "e\u{301}", "b", "", "é"] {
            added.add(AddedTokenEntry(content: ExactString(content), isSpecial: content == "b").token)
        }
        added.add(AddedTokenEntry(content: "b").token)
        #expect(added.tokens.map(\.id) == [1, 2, 3])
        #expect(added.tokens.map(\.isSpecial) == [true, false, false], "what was special once stays so")
        #expect(added.id(for: "a") == 0)
        #expect(added.id(for: "") == nil)
    }
}
