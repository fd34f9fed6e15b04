import Captioner
import CaptionerDemoModel
import Foundation
import SystemPackage
import TestSupport
import Testing

/// `image_text_similarity_filter` with the demo CLIP beside what Data-Juicer 1.6.1 and transformers 4.57 give, as
/// weights-tools/comparisons/similarity_filter.py runs them.
@Suite(.timeLimit(.minutes(45))) struct SimilarityFilterTests {
    /// Parameters, and the numbers of the chunks of two samples.
    private static let cases: [(parameters: String, first: [Double], second: [Double])] = [
        ("", [0.363389253616333], [0.07242991775274277, 0.11709419637918472]),
        (
            "reduce_mode: max, horizontal_flip: true", [0.3741571009159088],
            [0.06596589833498001, 0.37104737758636475]
        ),
        (
            "reduce_mode: min, vertical_flip: true", [0.35917869210243225],
            [0.0971178337931633, -0.14201794564723969]
        ),
    ]

    @Test(arguments: cases.indices) func numbersAreDataJuicers(index: Int) throws {
        let (parameters, first, second) = Self.cases[index]
        let folder = try TemporaryFolder()
        let pictures = try DemoModel.pictures().path
        let clip = try DemoModel.encoder().path
        let samples = [
            #"{"text": "<__dj__image> a croissant on a purple background <|__dj__eoc|>", "images": ["scene-01.png"]}"#,
            #"{"text": "<__dj__image>\na second <|__dj__eoc|> <__dj__image> <__dj__image> a pear on a black background <|__dj__eoc|> no image here <|__dj__eoc|>", "images": ["scene-02.jpg", "scene-03.jpg", "scene-04.png"]}"#,
        ]
        try folder.write(
            samples.joined(separator: "\n").replacing(#""scene-"#, with: #""\#(pictures)/scene-"#), as: "set.jsonl")
        try folder.write(
            """
            dataset_path: set.jsonl
            export_path: out.jsonl
            keep_stats_in_res_ds: true
            process:
              - image_text_similarity_filter: {hf_clip: "\(clip)", min_score: -1\(parameters.isEmpty ? "" : ", ")\(parameters)}
            """, as: "recipe.yaml")
        let result = try CommandLineTool.run(
            ["--config", "recipe.yaml", "--clip-precision", "f32"], in: folder.url)
        #expect(result.status == 0, "\(result.errors)")
        let rows = try String(contentsOfFile: folder.path("out.jsonl"), encoding: .utf8).split(separator: "\n").map {
            let row = try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            let stats = row?["__dj__stats__"] as? [String: Any]
            return stats?["image_text_similarity"] as? [Double] ?? []
        }
        #expect(rows.map(\.count) == [1, 2])
        for (found, expected) in zip(rows.joined(), first + second) { #expect(abs(found - expected) < 1e-6) }
    }

    /// A pass that another model, or the same with other numbers, answered is not taken for this one.
    @Test func whatAnsweredIsRecorded() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            #"{"text": "<__dj__image> a pear <|__dj__eoc|>", "images": ["\#(DemoModel.pictures().path)/scene-01.png"]}"#,
            as: "set.jsonl")
        try folder.write(
            """
            dataset_path: set.jsonl
            export_path: out.jsonl
            process: [image_text_similarity_filter: {hf_clip: some/model, min_score: -1}]
            """, as: "recipe.yaml")
        let demo = try DemoModel.encoder()
        let other = folder.url.appending(path: "other")
        try FileManager.default.copyItem(at: demo, to: other)
        let configuration = other.appending(path: "config.json")
        try (String(contentsOf: configuration, encoding: .utf8) + "\n").write(
            to: configuration, atomically: true, encoding: .utf8)
        func run(_ clip: URL, _ precision: String, _ more: String...) throws -> CommandLineTool.Result {
            try CommandLineTool.run(
                ["--config", "recipe.yaml", "--clip", clip.path, "--clip-precision", precision] + more, in: folder.url)
        }
        #expect(try run(demo, "f32").status == 0)
        #expect(try run(demo, "f32").status == 0)
        for (clip, precision) in [(other, "f32"), (demo, "int8")] {
            let refused = try run(clip, precision)
            #expect(refused.status == 1 && refused.errors.contains("models"), "\(refused.errors)")
        }
        #expect(try run(demo, "int8", "--overwrite").status == 0)
        // The precision that answers is recorded, and not that it was chosen automatically.
        #expect(try run(demo, "auto", "--overwrite").status == 0)
        let automatic = try Captioner.Options().precision(of: FilePath(demo.path))
        #expect(try run(demo, automatic.rawValue).status == 0)
        let refused = try run(demo, automatic == .float32 ? "bf16" : "f32")
        #expect(refused.status == 1 && refused.errors.contains("models"), "\(refused.errors)")
    }

    /// Shards whose samples were chosen by different models do not make one data set.
    @Test func shardsOfDifferentModelsAreNotMerged() throws {
        let folder = try TemporaryFolder()
        let picture = try DemoModel.pictures().appending(path: "scene-01.png").path
        let row = #"{"text": "<__dj__image> a pear <|__dj__eoc|>", "images": ["\#(picture)"]}"#
        try folder.write("\(row)\n\(row)\n", as: "set.jsonl")
        let clip = folder.url.appending(path: "clip")
        try FileManager.default.copyItem(at: DemoModel.encoder(), to: clip)
        try folder.write(
            """
            dataset_path: set.jsonl
            process:
              - image_text_similarity_filter: {hf_clip: \(clip.path), min_score: -1}
              - image_captioning_mapper: {}
            """, as: "recipe.yaml")
        func run(_ shard: Int, _ output: String) throws -> CommandLineTool.Result {
            try CommandLineTool.run(
                ["--config", "recipe.yaml", "--shard", "\(shard)/2", "--output", output], in: folder.url)
        }
        func merge(_ second: String, to output: String) throws -> CommandLineTool.Result {
            try CommandLineTool.run(["merge", "first.jsonl", second, "--output", output], in: folder.url)
        }
        for (shard, output) in [(1, "first.jsonl"), (2, "second.jsonl")] { #expect(try run(shard, output).status == 0) }
        #expect(try merge("second.jsonl", to: "merged.jsonl").status == 0)
        let configuration = clip.appending(path: "config.json")
        try (String(contentsOf: configuration, encoding: .utf8) + "\n").write(
            to: configuration, atomically: true, encoding: .utf8)
        #expect(try run(2, "other.jsonl").status == 0)
        let refused = try merge("other.jsonl", to: "mixed.jsonl")
        #expect(refused.status == 1 && refused.errors.contains("models"), "\(refused.errors)")
    }
}
