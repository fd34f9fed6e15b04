import CaptionerTokenization
import TestSupport
import Testing

/// What is said when a file of a tokenizer is something else, and what JSON may look like.
struct ForeignFileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(#"{"a":0,"b":1,"ab":2}"#, as: "vocab.json")
        try folder.write("#version: 0.2\na b\n", as: "merges.txt")
    }

    private static let contents: [(bytes: [UInt8], cause: String)] = [
        (
            Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 7\n".utf8),
            "it is a pointer of Git LFS; "
        ),
        (Array("<!DOCTYPE html>\n<html><body>Log in</body></html>".utf8), "it is a web page (HTML) "),
        ([0x1F, 0x8B, 8, 0, 0, 0], "it is compressed (gzip); unpack it"),
        (Array("PK\u{3}\u{4}".utf8), "it is compressed (ZIP); unpack it"),
        ([0xFF, 0xFE, 0x7B, 0, 0x7D, 0], "it is text in UTF-16; save it as UTF-8"),
    ]

    @Test(arguments: ["tokenizer.json", "vocab.json", "merges.txt", "tokenizer_config.json", "added_tokens.json"])
    func theFileIsNamedAndWhatItIs(name: String) throws {
        for (bytes, cause) in Self.contents {
            try folder.write(bytes, as: name)
            let error = try #require(throws: TokenizerError.self) { try Tokenizer(folder: folder.url) }
            #expect(error.description.hasPrefix("\(folder.path(name)) is malformed: \(cause)"), "\(error)")
        }
    }

    @Test func anEmptyFileIsCalledOne() throws {
        try folder.write("", as: "tokenizer.json")
        let error = try #require(throws: TokenizerError.self) { try Tokenizer(folder: folder.url) }
        #expect(error.description.hasSuffix("is malformed: it is empty; download the file again"))
    }

    @Test func mergesMayBeginWithBrackets() throws {
        try folder.write(#"{"{":0,"}":1,"{}":2}"#, as: "vocab.json")
        try folder.write("{ }\n", as: "merges.txt")
        #expect(try Tokenizer(folder: folder.url).encode("{}") == [2])
    }

    @Test func jsonIsWhatPythonTakesForIt() throws {
        try folder.write("\u{FEFF}{\"a\":5,\"b\":1,\"ab\":2,\"a\":0}", as: "vocab.json")
        try folder.write(
            #"{"model_max_length":Infinity,"x":[NaN,-Infinity],"bos_token":"b","bos_token":"a","add_bos_token":true}"#,
            as: "tokenizer_config.json")
        let tokenizer = try Tokenizer(folder: folder.url)
        #expect(tokenizer.encode("b") == [0, 1])
        #expect(tokenizer.vocabularySize == 3)
    }

    @Test(arguments: [
        (#"{"a":1e2}"#, "at a: expected an integer of 64 bits, found 1e2"),
        (#"{"a":NaN}"#, "at a: expected an integer of 64 bits, found NaN"),
        (#"{"a":9223372036854775808}"#, "at a: expected an integer of 64 bits, found 9223372036854775808"),
        ("[1]", ": expected an object, found an array"), ("7", ": expected an object, found 7"),
    ])
    func whatIsNoVocabulary(contents: String, cause: String) throws {
        try folder.write(contents, as: "vocab.json")
        let error = try #require(throws: TokenizerError.self) { try Tokenizer(folder: folder.url) }
        #expect(error.description.hasSuffix("vocab.json is malformed\(cause.hasPrefix(":") ? "" : " ")\(cause)"))
    }
}
