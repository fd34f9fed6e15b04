import CaptionerTokenization
import Foundation
import TestSupport
import Testing

/// What is said of `vocab.json`, `merges.txt` and the files beside them when they cannot be used.
struct VocabularyFilesErrorTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(##"{"a":0,"b":1,"ab":2,"<s>":3,"#":4}"##, as: "vocab.json")
        try folder.write("#version: 0.2\na b\n", as: "merges.txt")
    }

    private func error() throws -> TokenizerError {
        try #require(throws: TokenizerError.self) { try Tokenizer(folder: folder.url) }
    }

    @Test func twoFilesAreEnough() throws {
        let tokenizer = try Tokenizer(folder: folder.url)
        #expect(tokenizer.encode("ab<s>#") == [2, 4])
        #expect(tokenizer.specialTokenIDs == [])
    }

    @Test func lineEndsAndBlankLinesDoNotMatter() throws {
        try folder.write("a b\r\n\r\n\n", as: "merges.txt")
        #expect(try Tokenizer(folder: folder.url).encode("ab") == [2])
    }

    @Test func mergesAreMissing() throws {
        try FileManager.default.removeItem(atPath: folder.path("merges.txt"))
        #expect(
            try error().description.hasSuffix("vocab.json and merges.txt are there, nor vocab.txt"))
    }

    @Test func mergesThatAreNone() throws {
        let file = folder.path("merges.txt")
        for line in ["ab", "a b c", " b", "a ", " "] {
            try folder.write("#version: 0.2\na b\n\(line)\n", as: "merges.txt")
            let cause = "\"\(line)\" is not two tokens with a blank between"
            #expect(try error() == .malformed(file: file, keyPath: "line 3", cause: cause))
        }
        try folder.write("# #\n", as: "merges.txt")
        #expect(
            try error().description.hasPrefix("\(file) is malformed: merge 1, \"#\" and \"#\", needs the token \"##\""))
        try Data([0x61, 0x20, 0xFF]).write(to: folder.url.appendingPathComponent("merges.txt"))
        #expect(try error().description == "\(file) is malformed: it is not UTF-8")
    }

    @Test func vocabularyOfTheWrongType() throws {
        try folder.write(#"{"a":0,"b":"x"}"#, as: "vocab.json")
        #expect(try error().description.hasPrefix("\(folder.path("vocab.json")) is malformed at b: "))
    }

    /// A fuzzer's smallest finding: what Foundation does with an empty file is not what it does with a short one.
    @Test(arguments: [
        "vocab.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    ])
    func emptyFiles(name: String) throws {
        try folder.write("", as: name)
        #expect(try error().description.hasPrefix("\(folder.path(name)) is malformed: "))
    }

    @Test func withoutMergesBytesStayBytes() throws {
        try folder.write("", as: "merges.txt")
        #expect(try Tokenizer(folder: folder.url).encode("ab") == [0, 1])
    }

    @Test func addedTokensOfTheConfiguration() throws {
        let file = folder.path("tokenizer_config.json")
        try folder.write(
            #"{"added_tokens_decoder":{"7":{"content":"<image>","special":true},"3":{"content":"<s>"}}}"#,
            as: "tokenizer_config.json")
        let tokenizer = try Tokenizer(folder: folder.url)
        // The next id is given to what has none, whatever the file says.
        #expect(tokenizer.encode("a<image><s>") == [0, 5, 3])
        #expect(tokenizer.specialTokenIDs == [5])
        #expect(tokenizer.token(for: 5) == "<image>")
        #expect(tokenizer.token(for: 6) == nil)
        #expect(tokenizer.decode([6, 5, 0]) == "a")
        #expect(tokenizer.vocabularySize == 6)

        try folder.write(#"{"added_tokens_decoder":{"x":{"content":"<image>"}}}"#, as: "tokenizer_config.json")
        #expect(try error() == .malformed(file: file, keyPath: "added_tokens_decoder", cause: "\"x\" is not an id"))
        try folder.write(#"{"added_tokens_decoder":{"2":{"content":"<image>"}}}"#, as: "tokenizer_config.json")
        try folder.write(##"{"a":0,"b":1,"ab":2,"#":4}"##, as: "vocab.json")
        #expect(
            try error().description == "\(file) is malformed: the tokens \"#\" and \"<image>\" have the same id, 4")
        try folder.write(#"{"add_bos_token":true}"#, as: "tokenizer_config.json")
        #expect(
            try error().description.hasSuffix(
                "at add_bos_token: the sequence should get a bos_token, but there is none"))
        try folder.write(#"{"bos_token":{"lstrip":true}}"#, as: "tokenizer_config.json")
        #expect(try error() == .malformed(file: file, keyPath: "bos_token.content", cause: "this key is missing"))
    }
}
