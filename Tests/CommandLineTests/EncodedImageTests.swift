import CaptionerDemoModel
import Foundation
import TestSupport
import Testing

/// Images that are in the rows of a data set.
@Suite(.timeLimit(.minutes(45))) struct EncodedImageTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try .withThreeSamples()
    }

    /// Base64 in the row stands for the file, and null for its path; `--compat` reads the path, as Data-Juicer does.
    @Test func imagesInTheRows() throws {
        let bytes = try (0..<3).map {
            try Data(contentsOf: URL(fileURLWithPath: folder.path("\($0).png"))).base64EncodedString()
        }
        func sample(_ id: Int, _ image: String, _ encoded: String) -> String {
            #"{"id": \#(id), "text": "<__dj__image> old <|__dj__eoc|>", "images": ["\#(image)"], "image_bytes": \#(encoded)}"#
        }
        let lines = [
            sample(0, "nowhere.png", "[\"\(bytes[0])\"]"), sample(1, "1.png", "[null]"), sample(2, "2.png", "[]"),
            sample(3, "nowhere.png", "[\"*\"]"), sample(4, "1.png", "[\"\(bytes[2])\"]"),
        ]
        try folder.write(lines.joined(separator: "\n"), as: "encoded.jsonl")
        let options = ["--no-sample", "--precision", "f32", "--format", "jsonl"]
        func captions(_ arguments: [String]) throws -> [String?] {
            try CommandLineTool.run(arguments + options, in: folder.url).lines.map {
                $0.firstMatch(of: /"caption": "([^"]*)"/).map { String($0.1) }
            }
        }
        let plain = try captions(["set.jsonl"])
        #expect(Set(plain.compactMap { $0 }).count == 3)
        #expect(try captions(["encoded.jsonl"]) == [plain[0], plain[1], plain[2], nil, plain[2]])
        let rows = try CommandLineTool.run(["encoded.jsonl", "-o", "out.jsonl", "--no-sample"], in: folder.url)
        #expect(rows.status == 2)
        // The bytes stay in their rows.
        #expect(try folder.text("out.jsonl").contains("\"image_bytes\": [\"\(bytes[0])\"]"))
        #expect(try folder.text("out.jsonl.errors.jsonl").contains("nowhere.png: its image_bytes is not Base64"))
        let compat = try CommandLineTool.run(
            ["encoded.jsonl", "-o", "dj.jsonl", "--compat", "data-juicer-1.6"], in: folder.url)
        #expect(compat.status == 2)
        #expect(try folder.text("dj.jsonl.errors.jsonl").split(separator: "\n").count == 2)
    }
}
