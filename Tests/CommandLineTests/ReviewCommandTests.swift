import Foundation
import TestSupport
import Testing

/// `caption-images review --merge`; the page is in the tests of the server.
@Suite(.timeLimit(.minutes(10))) struct ReviewCommandTests {
    /// Three rows, of which the second was edited, and the third rejected.
    private func reviewed() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let lines = (1...3).map { "{\"image\": \"\($0).png\", \"caption\": \"caption \($0)\"}" }
        try folder.write(lines.joined(separator: "\n") + "\n", as: "out.jsonl")
        func row(_ line: Int, _ decision: String) -> String {
            let digest = SHA256.hexadecimal(Array(lines[line - 1].utf8)).prefix(16)
            return "{\"line\": \(line), \"sha256\": \"\(digest)\", \"decision\": \(decision)}"
        }
        try folder.write(
            """
            {"change": 1, "window": "w", "rows": [\(row(2, #""changed", "captions": ["new"]"#)), \(row(3, #""rejected""#))]}

            """, as: "out.jsonl.review.jsonl")
        return folder
    }

    @Test func rowsAndTextsAreMerged() throws {
        let folder = try reviewed()
        let rows = try CommandLineTool.run(
            ["review", "out.jsonl", "--merge", "rows", "-o", "new.jsonl"], in: folder.url)
        #expect(
            rows.status == 0 && rows.errors.contains("2 rows, 1 of them edited, 1 left out in new.jsonl"),
            "\(rows.errors)")
        #expect(
            try folder.text("new.jsonl")
                == "{\"image\": \"1.png\", \"caption\": \"caption 1\"}\n{\"image\": \"2.png\", \"caption\": \"new\"}\n")
        for number in 1...3 { try folder.write("", as: "\(number).png") }
        try folder.write("caption 3\n", as: "3.txt")
        try folder.write("of mine\n", as: "2.txt")
        let texts = try CommandLineTool.run(["review", "out.jsonl", "--merge", "sidecars"], in: folder.url)
        #expect(texts.status == 2 && texts.errors.contains("2.txt: it says something else"), "\(texts.errors)")
        #expect(try folder.text("2.txt") == "of mine\n")
        #expect(!FileManager.default.fileExists(atPath: folder.path("3.txt")))
    }

    @Test func filesThatAreThereStay() throws {
        let folder = try reviewed()
        try folder.write("mine", as: "out.reviewed.jsonl")
        let arguments = ["review", "out.jsonl", "--merge", "rows"]
        let refused = try CommandLineTool.run(arguments, in: folder.url)
        #expect(refused.status == 1 && refused.errors.contains("out.reviewed.jsonl"), "\(refused.errors)")
        #expect(try folder.text("out.reviewed.jsonl") == "mine")
        let replaced = try CommandLineTool.run(arguments + ["--overwrite"], in: folder.url)
        #expect(replaced.status == 0, "\(replaced.errors)")
        // What was merged is merged again.
        #expect(try CommandLineTool.run(arguments, in: folder.url).status == 0)
        #expect(try CommandLineTool.run(arguments + ["-o", "out.jsonl", "--overwrite"], in: folder.url).status == 1)
    }

    @Test(arguments: [
        ["review"], ["review", "out.jsonl", "--merge", "all"], ["review", "out.jsonl", "-o", "x.jsonl"],
        ["review", "out.jsonl", "--merge", "sidecars", "--decided-only"], ["review", "out.jsonl", "--port", "70000"],
    ])
    func wrongUsage(_ arguments: [String]) throws {
        #expect(try CommandLineTool.run(arguments).status == 64)
    }
}
