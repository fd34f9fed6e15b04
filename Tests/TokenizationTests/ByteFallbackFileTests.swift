import CaptionerTokenization
import Foundation
import TestSupport
import Testing

/// Which files with `byte_fallback` are read, and what is said of others.
struct ByteFallbackFileTests {
    private static let normalizer = #"{"type":"Replace","pattern":{"String":" "},"content":"▁"}"#
    private static let blanks = #"{"type":"Replace","pattern":{"String":"▁"},"content":" "}"#
    private static let fallback = #"{"type":"ByteFallback"}"#
    private static let fuse = #"{"type":"Fuse"}"#
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func load(
        normalizer: String = normalizer, preTokenizer: String = "null",
        decoder: String = "{\"type\":\"Sequence\",\"decoders\":[\(blanks),\(fallback),\(fuse)]}",
        merges: String = #""▁ a""#, options: String = ""
    ) throws -> Tokenizer {
        let file = """
            {"added_tokens":[{"id":1,"content":"<bos>","special":true}],"normalizer":\(normalizer),"pre_tokenizer":\(preTokenizer),
            "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<bos>"}},{"Sequence":{"id":"A"}}],
            "special_tokens":{"<bos>":{"ids":[1]}}},"decoder":\(decoder),
            "model":{"type":"BPE","unk_token":"<unk>","fuse_unk":true,"byte_fallback":true\(options),
            "vocab":{"<unk>":0,"<bos>":1,"a":2,"▁":3,"▁a":4,"<0x62>":5,"\\n":6,"\\n\\n":7,"#version":8,"#versiona":9},"merges":[\(merges)]}}
            """
        try folder.write(file, as: "tokenizer.json")
        return try Tokenizer(folder: folder.url)
    }

    private func sequence(_ list: String, _ parts: String...) -> String {
        "{\"type\":\"Sequence\",\"\(list)\":[\(parts.joined(separator: ","))]}"
    }

    private func expectRefusal(_ cause: String, _ load: () throws -> Tokenizer) throws {
        let error = try #require(throws: TokenizerError.self) { _ = try load() }
        #expect(error == .unsupported(file: folder.path("tokenizer.json"), cause: "byte_fallback with the \(cause)"))
    }

    @Test func theSpellingsOfVersionsAreOne() throws {
        func expect(_ tokenizer: Tokenizer) {
            #expect(tokenizer.encode("a ab  zz") == [1, 2, 4, 5, 3, 3, 0])
            #expect(tokenizer.decode([1, 2, 4, 5, 3, 0]) == "a ab <unk>")
        }
        expect(try load())
        expect(try load(normalizer: sequence("normalizers", Self.normalizer)))
        for behavior in ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"] {
            let split =
                "{\"type\":\"Split\",\"pattern\":{\"String\":\" \"},\"behavior\":\"\(behavior)\",\"invert\":false}"
            expect(try load(preTokenizer: split))
            expect(try load(preTokenizer: sequence("pretokenizers", split)))
        }
        expect(try load(decoder: sequence("decoders", Self.blanks, Self.fallback)))
        expect(try load(merges: #"["▁","a"]"#))
    }

    @Test func mergesAreReadAsTheLibraryReadsThem() throws {
        #expect(try load(merges: #""\n \n""#).encode("\n\n\n") == [1, 7, 6])
        #expect(try load(merges: #"["\n","\n"]"#).encode("\n\n\n") == [1, 7, 6])
        // As a string this would be a header.
        #expect(try load(merges: ##"["#version","a"]"##).encode("a") == [1, 2])
        #expect(throws: TokenizerError.self) { try load(merges: ##"["#version","b"]"##) }
        #expect(try load(merges: ##""#version b","▁ a""##).encode(" a") == [1, 4])
        for merges in [#""▁  a""#, #""▁ a ""#, #"" ▁ a""#, #""▁a""#] {
            let error = try #require(throws: TokenizerError.self) { try load(merges: merges) }
            #expect(error.description.hasSuffix("is not two tokens with a blank between"), "\(merges)")
        }
    }

    @Test func otherNormalizersAreRefusedByName() throws {
        let expected = #", expected Replace of " " by "▁""#
        try expectRefusal("normalizer null" + expected) { try load(normalizer: "null") }
        try expectRefusal("normalizer NFC" + expected) { try load(normalizer: #"{"type":"NFC"}"#) }
        try expectRefusal(#"normalizer Prepend, Replace of " " by "▁""# + expected) {
            try load(normalizer: sequence("normalizers", #"{"type":"Prepend","prepend":"▁"}"#, Self.normalizer))
        }
        try expectRefusal(#"normalizer Replace of " " by "_""# + expected) {
            try load(normalizer: Self.normalizer.replacing("▁", with: "_"))
        }
        try expectRefusal("normalizer Replace of an expression" + expected) {
            try load(normalizer: Self.normalizer.replacing("String", with: "Regex"))
        }
        try expectRefusal(#"normalizer Replace of " " by "▁", Replace of " " by "▁""# + expected) {
            try load(normalizer: sequence("normalizers", Self.normalizer, Self.normalizer))
        }
    }

    @Test func otherPreTokenizersAreRefusedByName() throws {
        let expected = #", expected null, or Split at " ""#
        let split = #"{"type":"Split","pattern":{"String":" "},"behavior":"Removed","invert":false}"#
        try expectRefusal("pre_tokenizer Metaspace" + expected) { try load(preTokenizer: #"{"type":"Metaspace"}"#) }
        try expectRefusal("pre_tokenizer ByteLevel" + expected) { try load(preTokenizer: #"{"type":"ByteLevel"}"#) }
        try expectRefusal(#"pre_tokenizer Split at "▁""# + expected) {
            try load(preTokenizer: split.replacing("\" \"", with: "\"▁\""))
        }
        for change in [("String", "Regex"), ("false", "true")] {
            try expectRefusal("pre_tokenizer Split by an expression, or inverted" + expected) {
                try load(preTokenizer: split.replacing(change.0, with: change.1))
            }
        }
        try expectRefusal(#"pre_tokenizer Split at " ", Digits"# + expected) {
            try load(preTokenizer: sequence("pretokenizers", split, #"{"type":"Digits"}"#))
        }
    }

    @Test func otherDecodersAreRefusedByName() throws {
        let blanks = #"Replace of "▁" by " ""#
        let expected = ", expected \(blanks), ByteFallback, Fuse, or \(blanks), ByteFallback"
        try expectRefusal("decoder null" + expected) { try load(decoder: "null") }
        try expectRefusal("decoder ByteLevel" + expected) { try load(decoder: #"{"type":"ByteLevel"}"#) }
        try expectRefusal("decoder \(blanks), ByteFallback, Fuse, Strip" + expected) {
            let strip = #"{"type":"Strip","content":" ","start":1,"stop":0}"#
            return try load(decoder: sequence("decoders", Self.blanks, Self.fallback, Self.fuse, strip))
        }
        try expectRefusal("decoder ByteFallback, \(blanks)" + expected) {
            try load(decoder: sequence("decoders", Self.fallback, Self.blanks))
        }
        try expectRefusal("decoder \(blanks), Fuse" + expected) {
            try load(decoder: sequence("decoders", Self.blanks, Self.fuse))
        }
    }

    @Test func otherSettingsOfTheModelAreRefused() throws {
        let file = folder.path("tokenizer.json")
        for (options, cause) in [
            (#","dropout":0.1"#, "dropout of merges, which makes the ids of a text random"),
            (#","continuing_subword_prefix":"▁""#, "continuing_subword_prefix \"▁\""),
            (#","end_of_word_suffix":"</w>""#, "byte_fallback with end_of_word_suffix"),
        ] {
            let error = try #require(throws: TokenizerError.self) { try load(options: options) }
            #expect(error == .unsupported(file: file, cause: cause))
        }
        let error = try #require(throws: TokenizerError.self) { try load(decoder: #"{"type":"Sequence"}"#) }
        #expect(error == .malformed(file: file, keyPath: "decoder.decoders", cause: "this key is missing"))
    }
}
