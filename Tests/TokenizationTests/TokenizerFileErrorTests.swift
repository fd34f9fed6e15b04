import CaptionerTokenization
import Foundation
import TestSupport
import Testing

/// What is said of a `tokenizer.json` that cannot be used.
struct TokenizerFileErrorTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A file with one part replaced.
    private func file(_ part: String = "", _ replacement: String = "") -> String {
        """
        {"added_tokens":[{"id":3,"content":"</s>","special":true}],"normalizer":null,
        "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},"decoder":{"type":"ByteLevel"},
        "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"</s>"}},{"Sequence":{"id":"A"}}],
        "special_tokens":{"</s>":{"ids":[3]}}},
        "model":{"type":"BPE","dropout":null,"unk_token":null,"vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]}}
        """
        .replacing(part, with: replacement, maxReplacements: part.isEmpty ? 0 : 1)
    }

    private func message(_ part: String, _ replacement: String) throws -> String {
        #expect(file().contains(part))
        try folder.write(file(part, replacement), as: "tokenizer.json")
        let error = try #require(throws: TokenizerError.self) { try Tokenizer(folder: folder.url) }
        return error.description
    }

    @Test func theFileItselfIsFine() throws {
        try folder.write(file(), as: "tokenizer.json")
        let tokenizer = try Tokenizer(folder: folder.url)
        #expect(tokenizer.encode("abba</s>cab") == [3, 2, 1, 0, 3, 2])
    }

    @Test func nothingIsThere() throws {
        let nothing = #expect(throws: TokenizerError.self) { try Tokenizer(folder: folder.url) }
        let text = "neither tokenizer.json nor both vocab.json and merges.txt are there, nor vocab.txt"
        #expect(nothing == .missing(folder: folder.url.path, cause: text))
        #expect(nothing?.description == "no tokenizer in \(folder.url.path): \(text)")
        try FileManager.default.createDirectory(
            atPath: folder.path("tokenizer.json"), withIntermediateDirectories: true)
        let unreadable = try #require(throws: TokenizerError.self) { try Tokenizer(folder: folder.url) }
        #expect(unreadable.description.hasPrefix("cannot read \(folder.path("tokenizer.json")): "))
    }

    @Test func badJSONNamesFileAndPlace() throws {
        let prefix = "\(folder.path("tokenizer.json")) is malformed"
        #expect(
            try message("\"model\"", "model").hasPrefix(
                "\(prefix): it is not valid JSON: expected a key in quotation marks at byte "))
        #expect(try message("\"vocab\"", "\"vocabulary\"") == "\(prefix) at model.vocab: this key is missing")
        #expect(try message("\"ab\":2", "\"ab\":\"2\"").hasPrefix("\(prefix) at model.vocab.ab: "))
        #expect(try message("\"id\":3", "\"id\":null").hasPrefix("\(prefix) at added_tokens[0].id: "))
        #expect(try message("[3]", "[\"3\"]").hasPrefix("\(prefix) at post_processor.special_tokens.</s>.ids[0]: "))
    }

    @Test(
        arguments: [
            ("\"type\":\"BPE\"", "\"type\":\"Unigram\"", "a model of type Unigram, expected BPE or WordPiece"),
            (
                "\"type\":\"BPE\"", "\"type\":\"WordPiece\"",
                "WordPiece with the normalizer null, expected BertNormalizer"
            ),
            ("\"type\":\"BPE\"", "\"continuing_subword_prefix\":\"##\"", "continuing_subword_prefix \"##\""),
            (
                "\"type\":\"BPE\"", "\"end_of_word_suffix\":\"</w>\"",
                "the normalizer is not NFC, one blank for white space, lower case"
            ),
            (
                "\"type\":\"BPE\"", "\"byte_fallback\":true",
                "byte_fallback with the normalizer null, expected Replace of \" \" by \"▁\""
            ),
            (
                "\"type\":\"BPE\"", "\"byte_fallback\":true,\"end_of_word_suffix\":\"</w>\"",
                "byte_fallback with end_of_word_suffix"
            ),
            ("\"dropout\":null", "\"dropout\":0.1", "dropout of merges, which makes the ids of a text random"),
            ("\"normalizer\":null", "\"normalizer\":{\"type\":\"NFC\"}", "the normalizer NFC"),
            ("\"ByteLevel\",", "\"Whitespace\",", "the pre-tokenizer Whitespace, expected ByteLevel"),
            ("\"pre_tokenizer\":{", "\"other\":{", "the pre-tokenizer null, expected ByteLevel"),
            (
                "\"decoder\":{\"type\":\"ByteLevel\"}", "\"decoder\":{\"type\":\"Fuse\"}",
                "the decoder Fuse, expected ByteLevel"
            ),
            ("\"TemplateProcessing\"", "\"OtherProcessing\"", "the post-processor OtherProcessing"),
            (
                "{\"SpecialToken\":{\"id\":\"</s>\"}}", "{\"Sequence\":{\"id\":\"A\"}}",
                "a template that repeats the text"
            ),
            (",{\"Sequence\":{\"id\":\"A\"}}", "", "a template without the text"),
            (
                "\"special_tokens\":{\"</s>\"", "\"special_tokens\":{\"<s>\"",
                "a template with \"</s>\", which is not among its special tokens"
            ),
        ])
    func otherKindsAreNotSupported(part: String, replacement: String, cause: String) throws {
        let path = folder.path("tokenizer.json")
        #expect(try message(part, replacement) == "\(path) describes a tokenizer that is not supported: \(cause)")
    }

    @Test(
        arguments: [
            ("\"ab\":2", "\"ab\":1", " have the same id, 1"),
            ("\"ab\":2", "\"ab\":-2", "the id -2 of token \"ab\" is not in 0...4194303"),
            ("\"ab\":2", "\"ab\":4194304", "the id 4194304 of token \"ab\" is not in 0...4194303"),
            (
                "\"ab\":2", "\"ac\":2",
                "merge 1, \"a\" and \"b\", needs the token \"ab\", which is not in the vocabulary"
            ),
            ("\"b\":1", "\"c\":1", "merge 1, \"a\" and \"b\", needs the token \"b\", which is not in the vocabulary"),
            ("\"ab\":2", "\"ab\":3", "the tokens \"ab\" and \"</s>\" have the same id, 3"),
            ("\"ab\":2", "\"ab\":2.5", "at model.vocab.ab: expected an integer of 64 bits, found 2.5"),
            ("\"unk_token\":null", "\"unk_token\":\"?\"", "the unknown token \"?\" is not in the vocabulary"),
            ("[3]", "[3,5]", "texts should get the id 5, which no token has"),
            ("\"a b\"", "\"ab\"", "merge 1, \"ab\", is not two tokens with a blank between"),
            ("\"a b\"", "\"a b c\"", "merge 1, \"a b c\", is not two tokens with a blank between"),
            ("\"a b\"", "[\"a\",\"b\"],[\"a\"]", "merge 2, [\"a\"], is not two tokens with a blank between"),
        ])
    func contradictionsAreFound(part: String, replacement: String, cause: String) throws {
        let message = try message(part, replacement)
        #expect(message.hasPrefix("\(folder.path("tokenizer.json")) is malformed"))
        #expect(message.hasSuffix(cause))
    }

    @Test func noMutationDoesHarm() throws {
        let whole = Array(file().utf8)
        var random = SplitMix64(seed: 3)
        var loaded = 0
        for _ in 0..<2000 {
            var mutated = whole
            let position = Int(random.next() % UInt64(mutated.count))
            switch random.next() % 3 {
            case 0: mutated[position] = UInt8(truncatingIfNeeded: random.next() >> 8)
            case 1: mutated.insert(mutated[Int(random.next() % UInt64(mutated.count))], at: position)
            default: mutated.remove(at: position)
            }
            try Data(mutated).write(to: folder.url.appendingPathComponent("tokenizer.json"))
            switch Result(catching: { () throws(TokenizerError) in try Tokenizer(folder: folder.url) }) {
            case .success(let tokenizer):
                loaded += 1
                for id in tokenizer.encode(" abba</s> é\n cab") { #expect(tokenizer.token(for: id) != nil) }
            case .failure(let error): #expect(error.description.contains(folder.path("tokenizer.json")))
            }
        }
        #expect((1..<1000).contains(loaded), "most mutations are noticed, but not those of names")
    }

    @Test func theConfigurationAddsToTheFile() throws {
        try folder.write(file("\"post_processor\"", "\"ignored\""), as: "tokenizer.json")
        let configuration = """
            {"add_bos_token":true,"add_eos_token":true,"bos_token":"</s>","eos_token":{"content":"ab","lstrip":true},"pad_token":"?"}
            """
        try folder.write(configuration, as: "tokenizer_config.json")
        let tokenizer = try Tokenizer(folder: folder.url)
        #expect(tokenizer.specialTokenIDs == [2, 3, 4])
        #expect(tokenizer.token(for: 4) == "?")
        #expect(tokenizer.encode("b  ab") == [3, 1, 2, 2])
        #expect(tokenizer.encode("b", addingSpecialTokens: false) == [1])
        #expect(tokenizer.decode([3, 0, 1, 2]) == "ab")
        #expect(tokenizer.decode([3, 0, 1, 2], skippingSpecialTokens: false) == "</s>abab")

        try folder.write(configuration.replacing("\"</s>\"", with: "\"\""), as: "tokenizer_config.json")
        let error = try #require(throws: TokenizerError.self) { try Tokenizer(folder: folder.url) }
        #expect(
            error.description == """
                \(folder.path("tokenizer_config.json")) is malformed at add_bos_token: the sequence should get a bos_token, but "" \
                is no token
                """)
    }
}
