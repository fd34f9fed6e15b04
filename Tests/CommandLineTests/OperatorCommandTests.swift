import Foundation
import TestSupport
import Testing

/// Operators of a configuration around its captions, on the command line.
@Suite(.timeLimit(.minutes(45))) struct OperatorCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for index in 0..<3 {
            try folder.copy(Fixtures.pictures.appendingPathComponent("easy-vqa-00\(index).png"), as: "\(index).png")
        }
        let lines = (0..<6).map {
            #"{"id": "s\#($0)", "text": "<__dj__image>\nold \#($0) <|__dj__eoc|>", "images": ["\#($0 % 3).png"]}"#
        }
        try folder.write(lines.joined(separator: "\n"), as: "set.jsonl")
    }

    private func recipe(_ process: String, _ others: String = "") throws {
        try folder.write(
            "dataset_path: set.jsonl\nexport_path: out.jsonl\n\(others)\nprocess: [\(process)]\n", as: "recipe.yaml")
    }

    private func run(_ arguments: String...) throws -> CommandLineTool.Result {
        try CommandLineTool.run(["--config", "recipe.yaml", "--no-sample"] + arguments, in: folder.url)
    }

    private var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: folder.url.path) } }

    private let mapper = "image_captioning_mapper: {keep_original_sample: false}"

    /// Each step sees what the one before left; a second run does nothing again, and one that begins anew all of it.
    @Test func samplesAreChosenBeforeAndAfterTheirCaptions() throws {
        try recipe(
            "{image_deduplicator: }, {text_length_filter: {min_len: 20}}, {\(mapper)}, {text_length_filter: {min_len: 5}}, {topk_specified_field_selector: {field_key: __dj__stats__.text_len, topk: 2}}",
            "keep_stats_in_res_ds: true")
        let first = try run()
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.errors.contains("3 dropped by image_deduplicator"))
        #expect(first.errors.contains("numbers that 3 samples had from before were computed anew"))
        let rows = try folder.text("out.jsonl").split(separator: "\n")
        #expect(rows.count == 2)
        for row in rows {
            let line = try #require(JSONSerialization.jsonObject(with: Data(row.utf8)) as? [String: Any])
            let text = try #require(line["text"] as? String)
            #expect(!text.contains("old"))
            let stats = try #require(line["__dj__stats__"] as? [String: Int])
            #expect(stats == ["text_len": text.unicodeScalars.count])
        }
        #expect(try folder.text("out.jsonl.rows.jsonl").split(separator: "\n").count == 3)
        #expect(try folder.text("out_stats.jsonl").split(separator: "\n").count == 2)
        let files = try names
        let output = try folder.text("out.jsonl")

        let second = try run()
        #expect(second.status == 0 && second.errors.contains("3 were done before"), "\(second.errors)")
        #expect(second.errors.contains("samples are in out.jsonl"))
        #expect(try folder.text("out.jsonl") == output)
        #expect(try run("--overwrite").status == 0)
        #expect(try folder.text("out.jsonl") == output)
        #expect(try names.sorted() == files.sorted())

        try recipe("{\(mapper)}, {text_length_filter: {min_len: 6}}")
        let other = try run()
        #expect(
            other.status == 1 && other.errors.contains("out.jsonl is there and was made otherwise"), "\(other.errors)")
        #expect(try folder.text("out.jsonl") == output)
    }

    /// A run that was interrupted resumes after the pass before it.
    @Test func whatIsLeftOfARunIsTakenUp() throws {
        try recipe("{text_length_filter: }, {\(mapper)}, {words_num_filter: {min_num: 1}}")
        #expect(try run().status == 0)
        let output = try folder.text("out.jsonl")
        let rows = try folder.text("out.jsonl.rows.jsonl")
        // As if the process had ended in the middle of the fourth row.
        try folder.write(String(rows.prefix(rows.count / 2)), as: "out.jsonl.rows.jsonl")
        try FileManager.default.removeItem(atPath: folder.path("out.jsonl"))
        let again = try run()
        #expect(again.status == 0 && again.errors.contains("samples are in out.jsonl.before.jsonl"), "\(again.errors)")
        #expect(try folder.text("out.jsonl.rows.jsonl") == rows)
        #expect(try folder.text("out.jsonl") == output)
    }

    @Test func withoutTheMapperNothingIsCaptioned() throws {
        try recipe("{text_length_filter: }, {words_num_filter: {min_num: 2}}")
        let result = try run()
        #expect(result.status == 0 && result.errors.contains("6 of 6 samples written to out.jsonl"), "\(result.errors)")
        let root = folder.url.path
        #expect(
            try folder.text("out.jsonl").split(separator: "\n").first
                == #"{"id": "s0", "text": "<__dj__image>\nold 0 <|__dj__eoc|>", "images": ["\#(root)/0.png"]}"#[...])
        #expect(try names.allSatisfy { !$0.contains(".rows.jsonl") })
        #expect(try run("--limit", "3").status == 64)
    }

    /// Shards of what operators before the captions leave, merged, are what one run writes.
    @Test func shardsAreCutFromWhatIsLeft() throws {
        try recipe(
            "{text_length_filter: }, {topk_specified_field_selector: {field_key: id, topk: 4}}, {\(mapper)}",
            "keep_stats_in_res_ds: true")
        #expect(try run().status == 0)
        for number in 1...2 { #expect(try run("--shard", "\(number)/2", "-o", "part\(number).jsonl").status == 0) }
        let merge = try CommandLineTool.run(
            ["merge", "part1.jsonl", "part2.jsonl", "-o", "merged.jsonl"], in: folder.url)
        #expect(merge.status == 0, "\(merge.errors)")
        #expect(try folder.text("merged.jsonl") == folder.text("out.jsonl"))

        try recipe("{\(mapper)}, {text_length_filter: }")
        let refused = try run("--shard", "1/2", "-o", "part3.jsonl")
        #expect(refused.status == 64 && refused.errors.contains("run it over the merged rows"), "\(refused.errors)")
        #expect(try run("--format", "jsonl", "-o", "other.jsonl").status == 64)
    }

    @Test func whatCannotBeDoneIsSaidBeforeAnythingIsWritten() throws {
        try recipe("{image_text_similarity_filter: {hf_clip: no/model}}, {\(mapper)}")
        let model = try run()
        #expect(model.status == 1 && model.errors.contains("no/model"), "\(model.errors)")
        try recipe("{text_length_filter: }, {\(mapper)}")
        #expect(try run("-o", "-").status == 64)
        try folder.write("mine", as: "out.jsonl")
        let there = try run()
        #expect(there.status == 1 && there.errors.contains("out.jsonl exists; --overwrite replaces it"))
        #expect(try folder.text("out.jsonl") == "mine")
        #expect(try names.allSatisfy { !$0.hasPrefix("out.jsonl.") })
        // What a run without operators wrote is not theirs, and the other way round.
        try recipe("{\(mapper)}")
        #expect(try run("-o", "plain.jsonl").status == 0)
        let plain = try folder.text("plain.jsonl")
        try recipe("{text_length_filter: }, {\(mapper)}")
        #expect(try run("-o", "plain.jsonl").status == 1)
        #expect(try folder.text("plain.jsonl") == plain)
        #expect(try run("-o", "plain.jsonl", "--overwrite").status == 0)
        #expect(try run("-o", "plain.jsonl").status == 0)
        #expect(try folder.text("plain.jsonl") == plain)
        // Links that lead back to the data set.
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("out.jsonl.before.jsonl"), withDestinationPath: "set.jsonl")
        let back = try run("--overwrite")
        #expect(back.status == 1 && back.errors.contains("it is read by this run"), "\(back.errors)")
    }
}
