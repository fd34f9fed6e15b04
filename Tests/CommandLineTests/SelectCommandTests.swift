import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(45))) struct SelectCommandTests {
    private static let rows = [0.31, 0.25, 0.4, 0.28].enumerated().map { place, score in
        #"{"id": \#(place), "images": ["\#(place % 2).png"], "similarity": \#(score)}"# + "\n"
    }

    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(Self.rows.joined(), as: "rows.jsonl")
        return folder
    }

    @Test func rowsAreSelectedAndCounted() throws {
        let folder = try folder()
        let arguments = ["select", "rows.jsonl", "-o", "kept.jsonl", "--min-score", "0.28", "--topk", "2"]
        let result = try CommandLineTool.run(arguments + ["--order", "score"], in: folder.url)
        #expect(result.status == 0 && result.output.isEmpty, "\(result.errors)")
        #expect(
            result.errors == """
                2 of 4 rows kept in kept.jsonl
                2 dropped, in kept.jsonl.dropped.jsonl
                    1  score below 0.28
                    1  rank above 2
                similarity:
                            scores       min      25 %    median      75 %       max      mean
                before           4      0.25    0.2725     0.295    0.3325       0.4      0.31
                after            2      0.31    0.3325     0.355    0.3775       0.4     0.355

                """)
        let kept = try String(contentsOfFile: folder.path("kept.jsonl"), encoding: .utf8)
        #expect(kept == Self.rows[2] + Self.rows[0])
        #expect(
            try String(contentsOfFile: folder.path("kept.jsonl.dropped.jsonl"), encoding: .utf8) == """
                {"index": 1, "reason": "score below 0.28", "score": 0.25, "row": \(Self.rows[1].dropLast())}
                {"index": 3, "reason": "rank above 2", "score": 0.28, "rank": 3, "row": \(Self.rows[3].dropLast())}

                """)
        // Both files are there.
        let again = try CommandLineTool.run(arguments, in: folder.url)
        #expect(again.status == 1 && again.errors.contains("kept.jsonl exists; --overwrite replaces it"))
        try FileManager.default.removeItem(atPath: folder.path("kept.jsonl"))
        let other = try CommandLineTool.run(arguments, in: folder.url)
        #expect(other.status == 1 && other.errors.contains("kept.jsonl.dropped.jsonl exists; --overwrite"))
        let quiet = try CommandLineTool.run(arguments + ["--overwrite", "--quiet"], in: folder.url)
        #expect(quiet.status == 0 && quiet.errors.isEmpty)
        #expect(
            try String(contentsOfFile: folder.path("kept.jsonl"), encoding: .utf8) == Self.rows[0] + Self.rows[2])
    }

    @Test func rowsGoToAPipe() throws {
        let folder = try folder()
        let arguments = ["select", "rows.jsonl", "-o", "/dev/stdout", "--max-score", "-0.5", "--order", "score"]
        let refused = try CommandLineTool.run(arguments, in: folder.url)
        #expect(refused.status == 64 && refused.errors.contains("--dropped says where"), "\(refused.errors)")
        let none = try CommandLineTool.run(arguments + ["--dropped", "/dev/null"], in: folder.url)
        #expect(none.status == 0 && none.output.isEmpty && none.errors.contains("0 of 4 rows kept"), "\(none.errors)")
        let all = try CommandLineTool.run(
            ["select", "rows.jsonl", "-o", "/dev/stdout", "--field", "similarity", "--dropped", "/dev/null"],
            in: folder.url)
        #expect(all.status == 0 && all.output == Self.rows.joined())
    }

    /// With the engine's own products; the embeddings are those of the committed fixtures.
    @Test func similarRowsAreFound() throws {
        let folder = try TemporaryFolder()
        let fixtures = Fixtures.package.appendingPathComponent("Tests/DataSetsTests/Fixtures/selection")
        let result = try CommandLineTool.run(
            [
                "select", fixtures.appendingPathComponent("embedded.jsonl").path, "-o", "kept.jsonl", "--deduplicate",
                "similarity", "--embeddings", fixtures.appendingPathComponent("embeddings").path,
            ], in: folder.url)
        let manifest = try JSONSerialization.jsonObject(
            with: Data(contentsOf: fixtures.appendingPathComponent("manifest.json")))
        let similar = try #require((manifest as? [String: Any])?["similar"] as? [String: Any])
        let expected = try #require(similar["duplicates"] as? [[Double]])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("\(expected.count)  similarity to a better row above 0.95"), "\(result.errors)")
        let records = try String(contentsOfFile: folder.path("kept.jsonl.dropped.jsonl"), encoding: .utf8)
            .split(separator: "\n").compactMap {
                try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            }
        #expect(records.map { $0["index"] as? Int } == expected.map { Int($0[0]) })
        #expect(records.map { $0["duplicate_of"] as? Int } == expected.map { Int($0[1]) })
    }

    @Test(
        arguments: [
            (["--min-score", "0.3"], Int32(1), "cannot read missing.jsonl: No such file or directory"),
            ([], 64, "Nothing says which rows to keep"),
            (["--min-score", "nan"], 64, "--min-score is nan, expected a number"),
            (["--min-score", "0.5", "--max-score", "-0.5"], 64, "--min-score is 0.5, above --max-score -0.5"),
            (["--top-ratio", "0"], 64, "--top-ratio is 0.0, expected more than 0 and at most 1"),
            (["--top-ratio", "1.1"], 64, "--top-ratio is 1.1"),
            (["--topk", "0"], 64, "--topk is 0, expected 1 or more"),
            (["--topk", "1", "--dropped", "d.jsonl.gz"], 64, "--dropped d.jsonl.gz: data sets are read compressed"),
            (["--skip-top=-1"], 64, "--skip-top is -1, expected 0 or more"),
            (["--deduplicate", "similarity"], 64, "--deduplicate similarity needs --embeddings"),
            (["--deduplicate", "exact", "--embeddings", "e"], 64, "--embeddings belongs to --deduplicate similarity"),
            (["--topk", "1", "--max-similarity", "0.9"], 64, "--max-similarity belongs to"),
            (["--deduplicate", "similarity", "--embeddings", "e", "--max-similarity", "2"], 64, "expected -1...1"),
            (
                ["--deduplicate", "similarity", "--embeddings", "e"], 1,
                "cannot read the folder e/img_emb: No such file"
            ),
            (["--field", ""], 64, "--field is empty"), (["--topk", "1", "--dropped", ""], 64, "--dropped is empty"),
        ] as [([String], Int32, String)])
    func errorsSayWhatIsWrong(arguments: [String], status: Int32, message: String) throws {
        let folder = try TemporaryFolder()
        let result = try CommandLineTool.run(["select", "missing.jsonl", "-o", "k.jsonl"] + arguments, in: folder.url)
        #expect(result.status == status && result.errors.contains(message), "\(result.status) \(result.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    }

    @Test func outputsThatCannotBeAreRefused() throws {
        let folder = try folder()
        for (name, status, message) in [("x.gz", Int32(64), "but not written so"), (".", 1, "Is a directory")] {
            let result = try CommandLineTool.run(["select", "rows.jsonl", "-o", name, "--topk", "1"], in: folder.url)
            #expect(result.status == status && result.errors.contains(message), "\(result.errors)")
        }
    }

    /// What is left of a row that cannot be written is the file that was there.
    @Test(.enabled(if: CommandLineTool.takesFileSizeLimits)) func aFullDiskLeavesWhatWasThere() throws {
        let folder = try TemporaryFolder()
        let row = #"{"similarity": 1, "text": ""# + String(repeating: "x", count: 900) + "\"}\n"
        try folder.write(String(repeating: row, count: 400), as: "rows.jsonl")
        try folder.write("before", as: "k.jsonl")
        for order in ["as-is", "score"] {
            let result = try CommandLineTool.run(
                ["select", "rows.jsonl", "-o", "k.jsonl", "--overwrite", "--topk", "399", "--order", order],
                in: folder.url, fileSizeLimit: 100)
            #expect(result.status == 1 && result.errors.contains("cannot write k.jsonl"), "\(result.errors)")
            #expect(try String(contentsOfFile: folder.path("k.jsonl"), encoding: .utf8) == "before")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
                    == ["k.jsonl", "rows.jsonl"])
        }
    }
}
