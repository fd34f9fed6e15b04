import CaptionerDemoModel
import Foundation
import TestSupport
import Testing

/// `evaluate --model`: a model is asked, and its answers are scored as those of a file are.
@Suite(.timeLimit(.minutes(45))) struct EvaluateModelTests {
    private static let fixtures = Fixtures.package.appendingPathComponent("Tests/EvaluationTests/Fixtures")
    private let folder: TemporaryFolder
    private let model: [String]

    init() throws {
        folder = try TemporaryFolder()
        model = ["--model", try DemoModel.checkpoint().path, "--precision", "f32", "--max-new-tokens", "6"]
    }

    private func contents(_ name: String) -> Data? { FileManager.default.contents(atPath: folder.path(name)) }

    private func textVQA() throws -> [String] {
        let images = ["scene-02.jpg", "shape-01.png", "scene-02.jpg"]
        let questions = images.enumerated().map { index, image in
            #"{"question_id": "\#(image)", "image": "\#(image)", "text": "What is \#(index)?\nAnswer in a word."}"#
                + "\n"
        }
        try folder.write(questions.joined(), as: "q.jsonl")
        let answers = "[" + [String](repeating: "\"a\"", count: 10).joined(separator: ", ") + "]"
        let data = images.enumerated().map { index, image in
            #"{"image_id": "\#(image)", "question": "What is \#(index)?", "answers": \#(answers)}"#
        }
        try folder.write("{\"data\": [\(data.joined(separator: ", "))]}", as: "annotations.json")
        return [
            "evaluate", "textvqa", "--questions", "q.jsonl", "--annotations", "annotations.json", "--images",
            try DemoModel.pictures().path,
        ]
    }

    @Test func answersOfAModelAreScoredAsThoseOfAFile() throws {
        let benchmark = try textVQA()
        let result = try CommandLineTool.run(benchmark + model + ["-o", "out"], in: folder.url)
        #expect(result.status == 0 && result.lines.first == "Samples: 3", "\(result.errors)")
        let names = ["1_0.jsonl", "bm1.jsonl", "report.html"].map { "out/checkpoint/textvqa/\($0)" }
        let answers = try #require(contents(names[0]))
        #expect(contents(names[1]) == answers && contents(names[2]) != nil)
        let alone = try CommandLineTool.run(
            [
                "answer", "q.jsonl", "--image-folder", DemoModel.pictures().path, "-o", "a.jsonl", "--quiet",
            ] + model, in: folder.url)
        #expect(alone.status == 0 && contents("a.jsonl") == answers, "\(alone.errors)")
        let scored = try CommandLineTool.run(benchmark + ["--answers", "a.jsonl"], in: folder.url)
        #expect(scored.output == result.output)
        // A run that is cut off resumes, and what was made of its answers is made anew.
        try folder.write(Array(answers.dropLast(30)), as: names[0])
        let again = try CommandLineTool.run(benchmark + model + ["-o", "out", "--quiet"], in: folder.url)
        #expect(again.status == 0 && again.errors.isEmpty && again.output == result.output, "\(again.errors)")
        #expect(contents(names[0]) == answers)
        // Files without a model's answers are not its.
        try FileManager.default.removeItem(atPath: folder.path(names[0]))
        let strange = try CommandLineTool.run(benchmark + model + ["-o", "out"], in: folder.url)
        #expect(strange.status == 1 && strange.errors.contains("bm1.jsonl exists; --overwrite"), "\(strange.errors)")
        #expect(contents(names[0]) == nil && contents(names[1]) == answers)
    }

    @Test func tablesHoldTheirImages() throws {
        let table = Self.fixtures.appendingPathComponent("mmbench/table.tsv").path
        let arguments = ["evaluate", "mmbench", "--table", table, "-o", "out", "--name", "tiny"] + model
        let result = try CommandLineTool.run(arguments, in: folder.url)
        #expect(result.status == 0 && result.lines.first?.hasSuffix("%") == true, "\(result.errors)")
        let answers = try #require(contents("out/tiny/mmbench/answers/table/tiny.jsonl"))
        #expect(answers.starts(with: Data("{\"question_id\": 1000044, \"round_id\": 0, \"prompt\": ".utf8)))
        #expect(contents("out/tiny/mmbench/answers_upload/table/tiny.xlsx") != nil)
        #expect(contents("out/tiny/mmbench/answers/table/errors.jsonl") == nil)
    }

    @Test func usageIsChecked() throws {
        let benchmark = try textVQA()
        for (more, message) in [
            ([], "Expected --answers, a file, or --model"),
            (model + ["-o", "out", "--answers", "a.jsonl"], "not both"),
            (model, "--model needs --output"),
            (["--answers", "a.jsonl", "--num-beams", "2"], "--num-beams belongs to --model"),
        ] {
            let result = try CommandLineTool.run(benchmark + more, in: folder.url)
            #expect(result.status == 64 && result.errors.contains(message), "\(more): \(result.errors)")
        }
        let images = Array(benchmark.dropLast(2))
        let result = try CommandLineTool.run(images + model + ["-o", "out"], in: folder.url)
        #expect(result.status == 64 && result.errors.contains("--model needs --images"), "\(result.errors)")
        let nowhere = try CommandLineTool.run(
            images + ["--images", "nowhere"] + model + ["-o", "out"], in: folder.url)
        #expect(nowhere.status == 1 && nowhere.errors.contains("cannot read the folder nowhere"), "\(nowhere.errors)")
        #expect(contents("out") == nil && !FileManager.default.fileExists(atPath: folder.path("out")))
    }
}
