import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(45))) struct CheckCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let image = try Data(contentsOf: Fixtures.pictures.appendingPathComponent("drawn-000.png"))
        try folder.write(Array(image), as: "images/a.jpg")
    }

    private func row(_ id: Int, _ answer: String, image: String = "a.jpg") -> String {
        #"{"id": \#(id), "image": "\#(image)", "conversations": [{"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": "\#(answer)"}]}"#
    }

    @Test func findingsArePrintedAndWritten() throws {
        try folder.write("[\(row(1, "a cat"))]", as: "good.json")
        let good = try CommandLineTool.run(["check", "good.json", "--images", "images"], in: folder.url)
        #expect(good.status == 0, "\(good.errors)")
        #expect(good.output == "1 row of good.json, stage pretrain: all are learned from\n")

        try folder.write(
            "[\(row(1, "a cat")), \(row(2, "")), \(row(3, "a dog", image: "none.jpg")), \(row(4, "a <image>")), \(row(5, " a cow"))]",
            as: "bad.json")
        let arguments = ["check", "bad.json", "--images", "images", "-o", "findings.jsonl"]
        let bad = try CommandLineTool.run(arguments, in: folder.url)
        #expect(bad.status == 2, "\(bad.errors)")
        #expect(
            bad.lines.first
                == "5 rows of bad.json, stage pretrain: 1 that end the run, 1 replaced by others, 1 that teach nothing, 1 that teach something wrong"
        )
        #expect(bad.output.contains("\nreplaced: image-missing, 1 in rows 2\n    there is no images/none.jpg: "))
        let findings = try folder.text("findings.jsonl").split(separator: "\n")
        #expect(findings.count == 5)
        #expect(
            findings[0].hasPrefix(#"{"row": 1, "id": 2, "kind": "empty-answer", "severity": "ignored", "message": ""#))
        let again = try CommandLineTool.run(arguments, in: folder.url)
        #expect(again.status == 1 && again.errors.contains("findings.jsonl exists; --overwrite replaces it"))
        #expect(try CommandLineTool.run(arguments + ["--overwrite"], in: folder.url).output == bad.output)

        // White space is learned, but every row is used.
        try folder.write("[\(row(1, " a cow"))]", as: "blank.json")
        #expect(try CommandLineTool.run(["check", "blank.json", "--images", "images"], in: folder.url).status == 0)
    }

    @Test func stagesDiffer() throws {
        try folder.write(#"[{"image": "a.jpg"}]"#, as: "bad.json")
        for (stage, severity) in [("pretrain", "replaced"), ("finetune", "crash")] {
            let result = try CommandLineTool.run(
                ["check", "bad.json", "--images", "images", "--stage", stage], in: folder.url)
            #expect(result.status == 2 && result.output.contains("\n\(severity): no-conversations, 1 in rows 0\n"))
        }
    }

    @Test func rowsThatAreCutOffNeedATokenizer() throws {
        let tokenizer = Fixtures.package.appending(path: "Tests/DataSetsTests/Fixtures/training-rows/tokenizer").path
        try folder.write("[\(row(1, String(repeating: "a", count: 1500)))]", as: "long.json")
        let arguments = ["check", "long.json", "--images", "images"]
        let unseen = try CommandLineTool.run(arguments, in: folder.url)
        #expect(unseen.status == 0 && unseen.output == "1 row of long.json, stage pretrain: all are learned from\n")
        let cut = try CommandLineTool.run(arguments + ["--tokenizer", tokenizer], in: folder.url)
        #expect(cut.status == 0 && cut.output.contains("\nnote: end-cut-off, 1 in rows 0\n"), "\(cut.errors)")
        let lost = try CommandLineTool.run(
            arguments + ["--tokenizer", tokenizer, "--model-max-length", "500"], in: folder.url)
        #expect(lost.status == 2 && lost.output.contains("\nignored: answers-cut-off, 1 in rows 0\n"), "\(lost.errors)")
        let missing = try CommandLineTool.run(arguments + ["--tokenizer", "images"], in: folder.url)
        #expect(missing.status == 1 && missing.errors.contains("no tokenizer in images"), "\(missing.errors)")
        #expect(try CommandLineTool.run(arguments + ["--model-max-length", "500"], in: folder.url).status == 64)
        #expect(
            try CommandLineTool.run(arguments + ["--tokenizer", tokenizer, "--model-max-length", "0"]).status == 64)
    }

    @Test func whatCannotBeChecked() throws {
        try folder.write("[{]", as: "bad.json")
        let result = try CommandLineTool.run(["check", "bad.json", "--images", "images"], in: folder.url)
        #expect(result.status == 1 && result.errors.contains("cannot read bad.json: "), "\(result.errors)")
        #expect(try CommandLineTool.run(["check", "none.json", "--images", "images"], in: folder.url).status == 1)
        #expect(try CommandLineTool.run(["check", "bad.json"], in: folder.url).status == 64)
        #expect(try CommandLineTool.run(["check", "bad.json", "--images", "images", "--stage", "x"]).status == 64)
    }

    // MARK: What convert leaves out

    private static let samples = ["a cat", "", "a <image> dog", "a cow"].enumerated().map { id, text in
        #"{"id": \#(id), "text": "[[human]]: <image>\nWhat? [[gpt]]: \#(text)",  "images": ["a.jpg"]}"#
    }

    private func convert(_ options: String...) throws -> CommandLineTool.Result {
        try CommandLineTool.run(["convert", "set.jsonl", "-o", "train.json"] + options, in: folder.url)
    }

    @Test func badRowsAreLeftOutWithReasons() throws {
        try folder.write(Self.samples.joined(separator: "\n\n"), as: "set.jsonl")
        let result = try convert()
        #expect(result.status == 2, "\(result.errors)")
        #expect(
            result.errors == """
                2 of 4 samples written to train.json
                2 left out, in train.json.dropped.jsonl; convert --keep-bad-rows writes them
                    1  empty-answer
                    1  several-image-tokens

                """)
        let dropped = try folder.text("train.json.dropped.jsonl").split(separator: "\n").map(String.init)
        try #require(dropped.count == 2)
        #expect(dropped[0].hasPrefix(#"{"index": 1, "id": 1, "reason": "empty-answer: turn 2 (gpt) is empty: "#))
        #expect(dropped[1].hasPrefix(#"{"index": 2, "id": 2, "reason": "several-image-tokens: 2 image tokens "#))
        for (line, sample) in zip(dropped, Self.samples[1...2]) { #expect(line.hasSuffix(#", "sample": \#(sample)}"#)) }
        let written = try folder.text("train.json")

        // What is written of good rows is what all options write of them.
        try folder.write([Self.samples[0], Self.samples[3]].joined(separator: "\n"), as: "set.jsonl")
        let refused = try convert()
        #expect(refused.status == 1 && refused.errors.contains("train.json exists"))
        #expect(try convert("--overwrite", "--keep-bad-rows").status == 0)
        #expect(try folder.text("train.json") == written)
        // No rows were left out this time.
        #expect(!FileManager.default.fileExists(atPath: folder.path("train.json.dropped.jsonl")))
        #expect(try CommandLineTool.run(["check", "train.json", "--images", "images"], in: folder.url).status == 0)
    }

    @Test func badRowsAreKeptWhenAskedFor() throws {
        try folder.write(Self.samples.joined(separator: "\n"), as: "set.jsonl")
        let result = try convert("--keep-bad-rows")
        #expect(result.status == 0 && result.errors == "4 of 4 samples written to train.json\n")
        #expect(!FileManager.default.fileExists(atPath: folder.path("train.json.dropped.jsonl")))
        #expect(try folder.text("train.json").contains(#""value": "a <image> dog"}"#))
    }

    @Test func rowsLeftOutReplaceNoOtherFile() throws {
        try folder.write(Self.samples.joined(separator: "\n"), as: "set.jsonl")
        try folder.write("mine", as: "train.json.dropped.jsonl")
        let result = try convert()
        #expect(result.status == 1 && result.errors.contains("train.json.dropped.jsonl exists"), "\(result.errors)")
        #expect(try folder.text("train.json.dropped.jsonl") == "mine")
    }

    /// Beside a pipe there is no file.
    @Test func rowsLeftOutOfAPipeAreReported() throws {
        try folder.write(Self.samples.joined(separator: "\n"), as: "set.jsonl")
        let result = try CommandLineTool.run(["convert", "set.jsonl", "-o", "/dev/stdout"], in: folder.url)
        #expect(result.status == 2)
        #expect(result.output.hasPrefix("[{") && result.output.hasSuffix("}]"))
        #expect(result.errors.contains("row 1, the first being 0, is left out: empty-answer: "), "\(result.errors)")
        #expect(result.errors.contains("2 left out; convert --keep-bad-rows writes them"), "\(result.errors)")
    }

    /// The training file of a run is made in the same way.
    @Test func badRowsOfARun() throws {
        try folder.write(
            #"{"id": "a", "text": "<__dj__image> old <|__dj__eoc|>", "images": ["images/a.jpg"]}"# + "\n",
            as: "set.jsonl")
        try folder.write(
            #"[{"id": "a", "conversations": [{"from": "human", "value": "<eos>"}, {"from": "gpt", "value": "old"}]}]"#,
            as: "q.json")
        let result = try CommandLineTool.run(
            ["set.jsonl", "--no-sample", "--format", "llava", "--questions", "q.json", "-o", "train.json"],
            in: folder.url)
        #expect(result.status == 2, "\(result.errors)")
        #expect(result.errors.contains("0 of 1 samples written to train.json\n1 left out, in train.json.dropped.jsonl"))
        #expect(try folder.text("train.json") == "[]")
        #expect(try folder.text("train.json.dropped.jsonl").contains("eos-in-text"))
    }
}
