import CaptionerDemoModel
import Foundation
import TestSupport
import Testing

/// Data sets and formats on the command line.
@Suite(.timeLimit(.minutes(45))) struct DataSetTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try .withThreeSamples()
    }

    /// A data set is sampled as Data-Juicer does it, but deterministically.
    @Test func samplesAreDrawnDeterministically() throws {
        let once = try CommandLineTool.run(["set.jsonl", "--temperature", "4"], in: folder.url)
        let again = try CommandLineTool.run(["set.jsonl", "--temperature", "4", "--batch-size", "1"], in: folder.url)
        let other = try CommandLineTool.run(["set.jsonl", "--temperature", "4", "--seed", "9"], in: folder.url)
        #expect(once.status == 0 && once.lines.count == 3)
        #expect(once.lines == again.lines)
        #expect(once.lines != other.lines)
    }

    @Test func rowsOfBothProfilesAndOfNone() throws {
        let arguments = ["set.jsonl", "--no-sample", "--limit", "1", "--precision", "f32"]
        let caption = "a blue circle\\n"
        let path = folder.url.path
        let own = try CommandLineTool.run(arguments, in: folder.url).lines
        #expect(
            own.map { $0.replacing(/a [a-z]+ [a-z]+\\n/, with: caption) }
                == [#"{"id": "s0", "text": "<__dj__image> \#(caption) <|__dj__eoc|>", "images": ["\#(path)/0.png"]}"#])
        #expect(own.first?.contains(/> a [a-z]+ [a-z]+\\n </) == true)
        #expect(try CommandLineTool.run(arguments + ["--compat", "data-juicer-1.6"], in: folder.url).lines == own)
        let old = try CommandLineTool.run(arguments + ["--compat", "better-synth"], in: folder.url).lines
        #expect(
            old == own.map { $0.replacing(": ", with: ":").replacing(", ", with: ",").replacing("/", with: "\\/") })
    }

    /// The baseline's step in one command, from its configuration to the file that the training script reads.
    @Test func aConfigurationAndTrainingData() throws {
        try folder.write(
            """
            dataset_path: set.jsonl
            export_path: output/deep/res.jsonl
            np: 4
            process:
              - image_captioning_mapper:
                  hf_img2seq: \(DemoModel.checkpoint().path)
                  keep_original_sample: false
                  mem_required: 10
              - perplexity_filter:
            """, as: "recipe.yaml")
        let refused = try CommandLineTool.run(["--config", "recipe.yaml", "--no-sample"], in: folder.url)
        #expect(refused.status == 1 && refused.errors.contains("perplexity_filter; --ignore-operators runs without"))
        let result = try CommandLineTool.run(
            ["--config", "recipe.yaml", "--no-sample", "--ignore-operators"], in: folder.url)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("keys without effect here: np, image_captioning_mapper.mem_required"))
        #expect(result.errors.contains("operators that are not run: perplexity_filter"))
        #expect(try folder.text("output/deep/res.jsonl").split(separator: "\n").count == 3)
        #expect(!FileManager.default.fileExists(atPath: folder.path("output/deep/res.jsonl.errors.jsonl")))

        let originals = (0..<3).map {
            #"{"id": "s\#($0)", "image": "x", "conversations": [{"from": "human", "value": "<image>\nWhat \#($0)? é"}, {"from": "gpt", "value": "old"}]}"#
        }
        try folder.write("[" + originals.joined(separator: ",\n") + "]\n", as: "llava.json")
        let training = try CommandLineTool.run(
            [
                "--config", "recipe.yaml", "--no-sample", "--ignore-operators", "--format", "llava", "--questions",
                "llava.json", "-o",
                "train.json",
            ],
            in: folder.url)
        #expect(training.status == 0, "\(training.errors)")
        let converted = try CommandLineTool.run(
            ["convert", "output/deep/res.jsonl", "-o", "converted.json", "--questions", "llava.json"], in: folder.url)
        #expect(converted.status == 0)
        #expect(try folder.text("train.json") == folder.text("converted.json"))
        let samples = try #require(
            JSONSerialization.jsonObject(with: Data(folder.text("train.json").utf8)) as? [[String: Any]])
        #expect(samples.map { $0["id"] as? String } == ["s0", "s1", "s2"])
        #expect(
            try folder.text("train.json").hasPrefix(
                #"[{"id": "s0", "conversations": [{"from": "human", "value": "<image>\nWhat 0? \u00e9"}, {"from": "gpt", "value": "a "#
            ))
        #expect(try CommandLineTool.run(["convert", "set.jsonl", "-o", "train.json"], in: folder.url).status == 1)

        // Neither the questions nor a file that no run made is replaced by training data.
        try folder.write("[]\n", as: "mine.json")
        let before = try folder.text("llava.json")
        for file in ["llava.json", "mine.json"] {
            let refused = try CommandLineTool.run(
                ["set.jsonl", "--no-sample", "--format", "llava", "--questions", "llava.json", "-o", file],
                in: folder.url)
            #expect(refused.status == 1 && refused.errors.contains(file), "\(refused.errors)")
        }
        #expect(try folder.text("llava.json") == before && folder.text("mine.json") == "[]\n")
    }

    /// A training file that is there is made anew only as it was made.
    @Test func trainingDataMadeOtherwiseIsNotReplaced() throws {
        let originals = (0..<3).map {
            #"{"id": "s\#($0)", "conversations": [{"from": "human", "value": "<image>\n?"}, {"from": "gpt", "value": "-"}]}"#
        }
        for name in ["q.json", "other.json"] {
            try folder.write("[" + originals.joined(separator: ",") + "]", as: name)
        }
        func run(_ options: String...) throws -> CommandLineTool.Result {
            try CommandLineTool.run(
                ["set.jsonl", "--no-sample", "--format", "llava", "-o", "train.json"] + options, in: folder.url)
        }
        #expect(try run("--questions", "q.json", "--draw", "2", "--limit", "2").status == 0)
        #expect(try run("--questions", "q.json", "--draw", "2").status == 0)
        let before = try (folder.text("train.json"), folder.text("train.json.rows.jsonl.run.json"))
        for (options, difference) in [
            (["--questions", "q.json", "--draw", "1"], "draw was 2 and is 1"),
            (["--questions", "q.json"], "draw was 2 and is null"),
            (["--questions", "other.json", "--draw", "2"], "other.json"),
        ] {
            for mode in [[], ["--retry-failed"]] {
                let result = try CommandLineTool.run(
                    ["set.jsonl", "--no-sample", "--format", "llava", "-o", "train.json"] + options + mode,
                    in: folder.url)
                #expect(result.status == 1, "\(result.errors)")
                #expect(result.errors.contains("train.json is there and was made otherwise: "), "\(result.errors)")
                #expect(result.errors.contains(difference), "\(result.errors)")
                #expect(result.errors.contains("caption-images convert train.json.rows.jsonl makes"))
            }
        }
        let after = try (folder.text("train.json"), folder.text("train.json.rows.jsonl.run.json"))
        #expect(before == after)
        // Without the file nothing is lost, and the same rows are taken.
        try FileManager.default.removeItem(atPath: folder.path("train.json"))
        let again = try run("--questions", "q.json", "--draw", "1")
        #expect(again.status == 0 && again.errors.contains("1 of 3 samples written"), "\(again.errors)")
        #expect(try run("--questions", "q.json", "--draw", "2").status == 1)
        #expect(try run("--questions", "q.json", "--draw", "2", "--overwrite").status == 0)
        #expect(try folder.text("train.json") == before.0)
    }

    /// What no file keeps is reported, also with `--quiet`.
    @Test func errorsWithoutAFileAreReportedAlsoQuietly() throws {
        let lines = (0..<12).map { #"{"id": \#($0), "text": "<__dj__image>", "images": ["none.png"]}"# + "\n" }
        try folder.write(lines.joined(), as: "set.jsonl")
        let streamed = try CommandLineTool.run(["set.jsonl", "-o", "-", "--quiet"], in: folder.url)
        #expect(streamed.status == 2 && streamed.lines.count == 12)
        let reported = streamed.errors.split(separator: "\n")
        #expect(reported.count == 12)
        #expect(reported.allSatisfy { $0.hasPrefix(#"error: {"index": "#) }, "\(streamed.errors)")
        let kept = try CommandLineTool.run(["set.jsonl", "-o", "out", "--quiet"], in: folder.url)
        #expect(kept.status == 2 && kept.errors.isEmpty)
        // Rows of images have their errors themselves.
        let rows = try CommandLineTool.run(["set.jsonl", "--format", "jsonl", "--quiet"], in: folder.url)
        #expect(rows.status == 2 && rows.errors.isEmpty && rows.lines.allSatisfy { $0.contains("\"error\"") })
    }

    @Test(arguments: ["image_special_token", "eoc_special_token"])
    func anEmptyTokenOfAConfigurationIsReported(key: String) throws {
        try folder.write("\(key): ''\nprocess:\n  - image_captioning_mapper:\n", as: "empty.yaml")
        let result = try CommandLineTool.run(["set.jsonl", "--config", "empty.yaml"], in: folder.url)
        #expect(result.status == 1 && result.errors.contains("\(key) is empty"), "\(result.errors)")
    }

    @Test func noSidecarReplacesItsImage() throws {
        let picture = FileManager.default.contents(atPath: folder.path("0.png"))
        try FileManager.default.copyItem(atPath: folder.path("0.png"), toPath: folder.path("picture.txt"))
        let result = try CommandLineTool.run(
            ["picture.txt", "--format", "sidecar", "--overwrite", "-o", "records.jsonl"], in: folder.url)
        #expect(result.status == 2)
        #expect(picture != nil && FileManager.default.contents(atPath: folder.path("picture.txt")) == picture)
    }

    @Test func sidecarsAreWrittenOnceAndReplaceNothing() throws {
        try folder.write("mine\n", as: "1.txt")
        let arguments = ["0.png", "1.png", "2.png", "--format", "sidecar", "-o", "records.jsonl"]
        let result = try CommandLineTool.run(arguments, in: folder.url)
        #expect(result.status == 2)
        #expect(try folder.text("1.txt") == "mine\n")
        #expect(try folder.text("0.txt").hasPrefix("a "))
        let lines = try folder.text("records.jsonl").split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[1].contains(#""error": {"stage": "write""#), "\(lines[1])")
        #expect(try CommandLineTool.run(arguments + ["--overwrite"], in: folder.url).status == 0)
        #expect(try folder.text("1.txt").hasPrefix("a "))
        #expect(try CommandLineTool.run(["0.png", "--format", "sidecar"], in: folder.url).status == 64)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(!names.contains { $0.hasSuffix(".tmp") })
    }

    @Test func csvIsATable() throws {
        let result = try CommandLineTool.run(
            ["0.png", "gone.png", "--format", "csv", "--log-probabilities"], in: folder.url)
        #expect(result.status == 2)
        #expect(result.lines.count == 3)
        #expect(result.lines[0] == "id,image,caption,log_probability,note,error_stage,error_message")
        #expect(result.lines[1].hasPrefix(",0.png,a "))
        #expect(
            result.lines[2] == ",gone.png,,,,read,cannot read \(folder.path("gone.png")): No such file or directory")
    }

    @Test(arguments: [
        ["set.jsonl", "0.png"], ["0.png", "--compat", "better-synth"], ["0.png", "--keep-original"],
        ["set.jsonl", "--shard", "3/2"],
        ["set.jsonl", "--overwrite", "--retry-failed", "-o", "x"], ["set.jsonl", "--retry-failed"], [],
        ["set.jsonl", "--format", "llava"], ["set.jsonl", "-o", "x.jsonl.gz"], ["set.jsonl", "--draw", "0"],
        ["set.jsonl", "--log-probabilities"], ["set.jsonl", "--questions", "x.json"],
    ])
    func whatMakesNoSenseIsWrongUsage(arguments: [String]) throws {
        let result = try CommandLineTool.run(arguments, in: folder.url)
        #expect(result.status == 64, "\(arguments) \(result.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 4)
    }

    @Test(arguments: [
        (["gone.jsonl"], "cannot read gone.jsonl: No such file or directory"),
        (
            ["0.png", "--format", "data-juicer"],
            "--format data-juicer needs a Data-Juicer data set for input, not images"
        ),
        (["--config", "gone.yaml"], "cannot read gone.yaml: No such file or directory"),
        (["--config", "set.jsonl"], "cannot read set.jsonl: "),
        (["set.jsonl", "-o", "set.jsonl"], "cannot write set.jsonl: it is read by this run"),
        (["set.jsonl", "-o", "no/folder.jsonl"], "cannot write no/folder.jsonl: No such file or directory"),
        (["draw", "0.png", "-o", "x.jsonl"], "cannot read 0.png: line 1: not JSON: not UTF-8"),
        (
            ["convert", "set.jsonl", "-o", "x.json", "--questions", "set.jsonl"],
            "cannot read set.jsonl: not a JSON array"
        ),
        (["merge", "set.jsonl", "-o", "x"], "cannot read set.jsonl.run.json: No such file or directory"),
        (["merge", "no.jsonl", "-o", "x"], "cannot read no.jsonl: No such file or directory"),
    ])
    func whatCannotBeDoneIsReportedByName(arguments: [String], message: String) throws {
        let result = try CommandLineTool.run(arguments, in: folder.url)
        #expect(result.status == 1)
        #expect(result.errors.contains("caption-images: " + message), "\(result.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 4)
    }
}
