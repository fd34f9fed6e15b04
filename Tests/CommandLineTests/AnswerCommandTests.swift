import CaptionerDemoModel
import Foundation
import TestSupport
import Testing

/// Models are asked questions, by `answer` and by `evaluate --model`.
@Suite(.timeLimit(.minutes(45))) struct AnswerCommandTests {
    private let folder: TemporaryFolder
    private let pictures: String
    private let model: String

    /// Questions about two images in turn.
    private let asked = [
        ("scene-02.jpg", "what is this?"), ("shape-01.png", "which colour?"),
        ("scene-02.jpg", "caf\u{E9} or cafe\u{301}?"),
        ("shape-01.png", "what is this?"), ("scene-04.png", "what\n is this?"),
    ]

    init() throws {
        folder = try TemporaryFolder()
        pictures = try DemoModel.pictures().path
        model = try DemoModel.checkpoint().path
        try write(asked, as: "q.jsonl")
    }

    private func write(_ questions: [(image: String, text: String)], as name: String) throws {
        let lines = try questions.enumerated().map { index, question in
            let object: [String: Any] = [
                "question_id": "id \(index)", "image": question.image, "text": question.text, "category": "default",
            ]
            return String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self) + "\n"
        }
        try folder.write(lines.joined(), as: name)
    }

    private func answer(
        _ questions: String = "q.jsonl", _ output: String = "a.jsonl", more: [String] = ["--quiet"]
    ) throws -> CommandLineTool.Result {
        try CommandLineTool.run(arguments(questions, output) + more, in: folder.url)
    }

    private func arguments(_ questions: String, _ output: String) -> [String] {
        [
            "answer", questions, "--image-folder", pictures, "-o", output, "--model", model, "--precision", "f32",
            "--max-new-tokens", "8",
        ]
    }

    private func contents(_ name: String) -> Data? { FileManager.default.contents(atPath: folder.path(name)) }

    private func objects(_ name: String) throws -> [[String: Any]] {
        try String(decoding: #require(contents(name)), as: UTF8.self).split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    /// They are the captions that continue "Question: ... Answer:", as each image is captioned by itself.
    @Test func answersAreWhatTheModelSays() throws {
        let result = try answer(more: [])
        #expect(result.status == 0 && result.output.isEmpty, "\(result.errors)")
        #expect(result.errors.contains("5 answered in "), "\(result.errors)")
        let answers = try objects("a.jsonl")
        #expect(answers.count == asked.count)
        for (index, (image, text)) in asked.enumerated() {
            #expect(answers[index]["question_id"] as? String == "id \(index)")
            #expect((answers[index]["prompt"] as? String).map { Array($0.utf8) } == Array(text.utf8))
            #expect(answers[index]["model_id"] as? String == "checkpoint")
            let alone = try CommandLineTool.run(
                [
                    "\(pictures)/\(image)", "--model", model, "--precision", "f32", "--max-new-tokens", "8",
                    "--prompt", "Question: \(text) Answer:", "--quiet",
                ], in: folder.url)
            let record = try JSONSerialization.jsonObject(with: Data(alone.output.utf8)) as? [String: Any]
            let caption = try #require(record?["caption"] as? String)
            #expect(answers[index]["text"] as? String == caption)
        }
        let line = try #require(contents("a.jsonl").map { String(decoding: $0, as: UTF8.self) })
        let pattern = /\{"question_id": "id 0", "prompt": "what is this\?", "text": "[^"]*", "answer_id": "\w{22}"/
        #expect(line.starts(with: pattern))
        #expect(contents("a.jsonl.errors.jsonl") == nil)
    }

    @Test func aRunThatWasCutOffResumesToTheSameBytes() throws {
        #expect(try answer("q.jsonl", "whole.jsonl").status == 0)
        let whole = try #require(contents("whole.jsonl"))
        for length in stride(from: 0, to: whole.count, by: 97) {
            try folder.write(Array(whole.prefix(length)), as: "a.jsonl")
            let result = try answer()
            #expect(result.status == 0 && contents("a.jsonl") == whole, "\(length): \(result.errors)")
        }
    }

    @Test func aRunResumesWheneverASignalCame() throws {
        let many = (0..<200).map { (["scene-02.jpg", "shape-01.png", "scene-04.png"][$0 % 3], "number \($0 / 2)?") }
        try write(many, as: "many.jsonl")
        #expect(try answer("many.jsonl", "whole.jsonl").status == 0)
        var random = SplitMix64(seed: 6)
        for index in 0..<16 {
            let signal = [SIGTERM, SIGINT, SIGKILL][index % 3]
            let delay = Duration.milliseconds(Int.random(in: 20...600, using: &random))
            let end = try CommandLineTool.run(
                arguments("many.jsonl", "a.jsonl") + ["--quiet"], in: folder.url, stoppedBy: signal, after: delay)
            #expect([.exit(0), .exit(128 + signal), .signal(signal)].contains(end), "after \(delay)")
        }
        #expect(try answer("many.jsonl").status == 0)
        #expect(contents("a.jsonl") == contents("whole.jsonl"))
    }

    @Test func aBadImageIsAnEmptyAnswerAndAnError() throws {
        try folder.write("no picture", as: "pictures/bad.jpg")
        try folder.copy(URL(fileURLWithPath: "\(pictures)/shape-01.png"), as: "pictures/good.png")
        try write(
            [("good.png", "one?"), ("missing.png", "two?"), ("bad.jpg", "three?"), ("good.png", "four?")], as: "b.jsonl"
        )
        let more = ["--image-folder", folder.path("pictures")]
        let result = try answer("b.jsonl", more: more)
        #expect(result.status == 2 && result.errors.contains("2 answers are empty"), "\(result.errors)")
        let texts = try objects("a.jsonl").map { $0["text"] as? String ?? "" }
        #expect(texts.count == 4 && texts[1].isEmpty && texts[2].isEmpty)
        #expect(!texts[0].isEmpty && !texts[3].isEmpty)
        let failures = try objects("a.jsonl.errors.jsonl")
        #expect(failures.map { $0["index"] as? Int } == [1, 2])
        let messages = failures.map { $0["message"] as? String ?? "" }
        #expect(messages[0].hasSuffix("missing.png: No such file or directory"), "\(messages)")
        #expect(messages[1].hasPrefix("bad.jpg: "), "\(messages)")
        // The same again changes nothing, and still says that answers are missing.
        let before = (contents("a.jsonl"), contents("a.jsonl.errors.jsonl"))
        let again = try answer("b.jsonl", more: more)
        #expect(again.status == 2 && again.errors.contains("4 were done before, 2 of them failed"), "\(again.errors)")
        #expect(contents("a.jsonl") == before.0 && contents("a.jsonl.errors.jsonl") == before.1)
        try folder.copy(URL(fileURLWithPath: "\(pictures)/shape-01.png"), as: "pictures/missing.png")
        try FileManager.default.removeItem(atPath: folder.path("pictures/bad.jpg"))
        try folder.copy(URL(fileURLWithPath: "\(pictures)/shape-02.png"), as: "pictures/bad.jpg")
        #expect(try answer("b.jsonl", more: more + ["--overwrite", "--quiet"]).status == 0)
        #expect(contents("a.jsonl.errors.jsonl") == Data())
    }

    @Test func badInputIsAnError() throws {
        let missing = try answer(more: ["--image-folder", "nowhere"])
        #expect(missing.status == 1 && missing.errors.contains("cannot read the folder nowhere"), "\(missing.errors)")
        let file = try answer(more: ["--image-folder", "q.jsonl"])
        #expect(file.status == 1 && file.errors.contains("q.jsonl: it is no folder"), "\(file.errors)")
        try folder.write(#"{"question_id": 1, "image": "a", "text": "b"}"# + "\n{\"image\": \"a\"}\n", as: "bad.jsonl")
        let broken = try answer("bad.jsonl")
        #expect(broken.status == 1 && broken.errors.contains("bad.jsonl: line 2: "), "\(broken.errors)")
        #expect(broken.errors.contains("no question_id"), "\(broken.errors)")
        let input = try answer("q.jsonl", "q.jsonl")
        #expect(input.status == 1, "\(input.errors)")
        #expect(contents("a.jsonl") == nil)
        // What is no answer of this model is left as it is.
        try folder.write("something else\n", as: "a.jsonl")
        let other = try answer()
        #expect(other.status == 1 && other.errors.contains("a.jsonl: line 1: "), "\(other.errors)")
        #expect(contents("a.jsonl") == Data("something else\n".utf8))
        #expect(try answer(more: ["--max-new-tokens", "0"]).status == 64)
    }
}
