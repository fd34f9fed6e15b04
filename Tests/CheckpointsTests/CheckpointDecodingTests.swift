import Foundation
import TestSupport
import Testing

@testable import CaptionerCheckpoints

struct CheckpointDecodingTests {
    private struct Configuration: Decodable, Equatable {
        struct Layer: Decodable, Equatable { let size: Int }
        let name: String
        let layers: [Layer]
        let scale: Double?
    }

    private let folder: TemporaryFolder
    private let checkpoint: Checkpoint

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(safetensors("{}"), as: "model.safetensors")
        checkpoint = try Checkpoint(folder: folder.url)
    }

    private func message(_ json: String) throws -> String {
        let file = try folder.write(json, as: "config.json")
        let error = try #require(throws: CheckpointError.self) {
            try checkpoint.decode(Configuration.self, from: "config.json")
        }
        let message = error.description
        let prefix = "cannot decode \(file.path)"
        #expect(message.hasPrefix(prefix))
        return String(message.dropFirst(prefix.count))
    }

    @Test func decodesWhatIsThere() throws {
        try folder.write(#"{"name":"x","layers":[{"size":3}],"other":1e400000}"#, as: "config.json")
        let expected = Configuration(name: "x", layers: [Configuration.Layer(size: 3)], scale: nil)
        #expect(try checkpoint.decode(Configuration.self, from: "config.json") == expected)
        #expect(try checkpoint.decode(Configuration.self, from: "absent.json") == nil)
    }

    @Test func namesFileKeyAndCause() throws {
        #expect(try message(#"{"name":"x"}"#) == " at layers: this key is missing")
        #expect(try message(#"{"name":"x","layers":[{"size":1},{}]}"#) == " at layers[1].size: this key is missing")
        #expect(
            try message(#"{"name":"x","layers":[{"size":"1"}]}"#)
                == " at layers[0].size: expected an integer, found a string")
        #expect(try message(#"{"name":null,"layers":[]}"#) == " at name: expected a string, found null")
        #expect(try message(#"{"name":"x","layers":{}}"#) == " at layers: expected an array, found an object")
        #expect(
            try message(#"{"name":"x","layers":[{"size":1.5}]}"#)
                == ": a number is not an integer of 64 bits where one is expected")
        for (document, kind) in [("[]", "an array"), ("null", "null"), ("1", "1"), (#""a""#, "a string")] {
            #expect(try message(document) == ": expected an object, found \(kind)")
        }
        #expect(try message(#"{"name":"x","layers":[null]}"#) == " at layers[0]: expected an object, found null")
        #expect(try message("{") == ": it is not valid JSON: expected a key in quotation marks at byte 1")
        #expect(try message(#"{"name":nan}"#) == ": it is not valid JSON: unexpected character at byte 8")
    }

    /// As Python's `json`: the last of repeated keys, and numbers that JSON does not know.
    @Test func readsWhatPythonReads() throws {
        try folder.write(
            "\u{FEFF}" + #"{"name":"x","layers":[1],"layers":[],"name":"y","other":NaN,"scale":-Infinity}"#,
            as: "config.json")
        let expected = Configuration(name: "y", layers: [], scale: -.infinity)
        #expect(try checkpoint.decode(Configuration.self, from: "config.json") == expected)
    }

    @Test(arguments: [
        ("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 7\n", ": it is a pointer of Git LFS; "),
        ("<!DOCTYPE html><html>", ": it is a web page (HTML) that was saved in place of the file; "),
        ("PK\u{3}\u{4}", ": it is compressed (ZIP); unpack it"),
        ("Entry not found", ": it is text that begins with \"Entry not found\"; download the file again"),
        ("{\0\"\0", ": it is not valid JSON: text in UTF-16 or UTF-32, expected UTF-8, at byte 0"),
    ])
    func saysWhatIsThereInsteadOfJSON(contents: String, expected: String) throws {
        let message = try message(contents)
        #expect(message.hasPrefix(expected), "\(message)")
    }

    @Test func aFileThatCannotBeReadIsNamed() throws {
        let file = try folder.write("", as: "config.json")
        #expect(throws: CheckpointError.unreadable(file: file.path, cause: "it is empty")) {
            try checkpoint.decode(Configuration.self, from: "config.json")
        }
    }
}
