import CaptionerDemoModel
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(45))) struct CommandLineTests {
    private let shape = Fixtures.pictures.appendingPathComponent("easy-vqa-000.png")

    @Test func goodAndBadFilesOfAFolder() throws {
        let folder = try TemporaryFolder()
        let picture = try Data(contentsOf: shape)
        try folder.write(Array(picture), as: "in/1.png")
        try folder.write("", as: "in/2 empty.jpg")
        try folder.write(Array(picture.prefix(20)), as: "in/3 cut.png")
        try folder.write("<html></html>", as: "in/4.jpg")
        try folder.write(hugePNG, as: "in/5 huge.png")
        try folder.write("\0\0\0\u{C}JXL \r\n", as: "in/6.jpg")
        try folder.write(Array(picture), as: "in/sub/7.png")
        let result = try CommandLineTool.run(["in"], in: folder.url)
        #expect(result.status == 2)
        #expect(result.lines.count == 7)
        let records = try result.lines.map(record)
        #expect(
            records.compactMap { $0["image"] as? String }
                == ["1.png", "2 empty.jpg", "3 cut.png", "4.jpg", "5 huge.png", "6.jpg", "sub/7.png"])
        #expect(records.indices.filter { records[$0]["caption"] != nil } == [0, 6])
        let messages = records.map { ($0["error"] as? [String: String])?["message"] ?? "" }
        #expect(messages[1].contains("empty"), "\(messages[1])")
        #expect(messages[2].contains("PNG"), "\(messages[2])")
        #expect(messages[3].contains("HTML"), "\(messages[3])")
        #expect(messages[4].contains("65000"), "\(messages[4])")
        #expect(messages[5].contains("JPEG XL"), "\(messages[5])")
        #expect(result.errors.contains("2 captioned, 5 failed"))
    }

    @Test func missingAndUnreadableFilesAreRecords() throws {
        let folder = try TemporaryFolder()
        // Opens, and cannot be read, not even by root.
        let unreadable = "/proc/self/mem"
        let result = try CommandLineTool.run(["missing.jpg", unreadable, shape.path, "--quiet"], in: folder.url)
        #expect(result.status == 2)
        let records = try result.lines.map(record)
        for (index, name) in [(0, "missing.jpg"), (1, unreadable)] {
            #expect((records[index]["error"] as? [String: String])?["stage"] == "read")
            #expect((records[index]["error"] as? [String: String])?["message"]?.contains(name) == true)
        }
        #expect(records[2]["image"] as? String == shape.path)
        #expect(records[2]["caption"] is String)
        #expect(result.errors.isEmpty)
    }

    /// Options that make no sense are reported by the names they have here.
    @Test(arguments: [
        ("--top-p=2", "--top-p is 2.0, expected 0 to 1"),
        ("--num-captions=2", "--num-captions is 2, expected 1: greedy decoding has one result"),
        ("--temperature=0", "--temperature is 0.0, expected above 0, 1e-06...1000000.0"),
        ("--no-repeat-ngram-size=-1", "--no-repeat-ngram-size is -1, expected 0 or more"),
    ])
    func generationOptionsOutOfRange(option: String, message: String) throws {
        let result = try CommandLineTool.run([shape.path, option])
        #expect(result.status == 64)
        #expect(result.errors.contains(message), "\(result.errors)")
    }

    @Test func negativeLengthPenaltiesAndOptionsWithoutEffect() throws {
        let result = try CommandLineTool.run([
            shape.path, "--length-penalty", "-1", "--num-beams", "2", "--temperature", "2",
        ])
        #expect(result.status == 0)
        #expect(result.errors.contains("--temperature has no effect without --sample"))
        #expect(!result.errors.contains("--length-penalty has no effect"))
    }

    /// Nothing that is written may take the place of an image, or of something else that is written.
    @Test(arguments: [
        ["a.png", "b.png", "--summary", "b.png"], ["a.png", "-o", "a.png", "--overwrite"],
        [".", "-o", "sub/../b.png", "--overwrite"], ["a.png", "-o", "x", "--summary", "./x"],
    ])
    func outputsReplaceNothingElse(arguments: [String]) throws {
        let folder = try TemporaryFolder()
        let picture = Array(try Data(contentsOf: shape))
        for name in ["a.png", "b.png", "sub/c.png"] { try folder.write(picture, as: name) }
        let result = try CommandLineTool.run(arguments, in: folder.url)
        #expect(result.status == 1)
        #expect(result.errors.contains("cannot write"), "\(result.errors)")
        for name in ["a.png", "b.png"] {
            #expect(Array(try Data(contentsOf: folder.url.appendingPathComponent(name))) == picture)
        }
    }

    @Test(arguments: [[""], ["x.jpg", "-o", ""], ["x.jpg", "--summary", ""], ["x.jpg", "--summary", "-"]])
    func emptyNamesAreMistakes(arguments: [String]) throws {
        #expect(try CommandLineTool.run(arguments).status == 64)
    }

    @Test func aModelThatIsNowhereGetsAMessageOnHowModelsAreNamed() throws {
        let result = try CommandLineTool.run([shape.path, "--model", "nosuchmodel"])
        #expect(result.status == 1)
        #expect(result.errors.contains("there is no such folder; a downloaded model is named ORGANISATION/NAME"))
    }

    @Test func severalSampledCaptionsAreDeterministic() throws {
        let arguments = [
            Fixtures.pictures.path, "--limit", "6", "--quiet", "--sample", "--temperature", "3", "--num-captions", "3",
            "--log-probabilities",
        ]
        let once = try CommandLineTool.run(arguments + ["--seed", "4"])
        let again = try CommandLineTool.run(arguments + ["--seed", "4", "--batch-size", "4", "--threads", "1"])
        let other = try CommandLineTool.run(arguments + ["--seed", "5"])
        #expect(once.status == 0 && once.lines.count == 6)
        #expect(once.lines == again.lines)
        #expect(once.lines != other.lines)
        for line in once.lines {
            #expect((try record(line)["captions"] as? [String])?.count == 3)
            #expect((try record(line)["log_probabilities"] as? [Double])?.count == 3)
        }
    }

    @Test func outputSummaryLimitAndPrompt() throws {
        let folder = try TemporaryFolder()
        let pictures = Fixtures.pictures.path
        let arguments = [
            pictures, "--limit", "5", "-o", "out.jsonl", "--summary", "sum.json", "--batch-size", "3", "--threads", "1",
            "--prompt", "Question: what shape is in the image? Answer:", "--max-new-tokens", "4",
        ]
        let result = try CommandLineTool.run(arguments, in: folder.url)
        #expect(result.status == 0)
        #expect(result.output.isEmpty)
        let output = folder.url.appendingPathComponent("out.jsonl")
        #expect(try String(contentsOf: output, encoding: .utf8).split(separator: "\n").count == 5)
        let summary = try record(
            String(contentsOf: folder.url.appendingPathComponent("sum.json"), encoding: .utf8))
        #expect((summary["images"] as? [String: Int])?["done"] == 5)
        #expect(((summary["images"] as? [String: Int])?["skipped"] ?? 0) > 100)
        #expect(summary["threads"] as? Int == 1)
        #expect((summary["peak_resident_bytes"] as? Int ?? 0) > 1_000_000)

        let again = try CommandLineTool.run(arguments, in: folder.url)
        #expect(again.status == 0)
        #expect(again.errors.contains("0 captioned in"))
        #expect(again.errors.contains("5 were done before"))
        #expect(try CommandLineTool.run(arguments + ["--overwrite"], in: folder.url).errors.contains("5 captioned"))
    }

    @Test func aModelThatCannotBeLoadedLeavesNoFiles() throws {
        let folder = try TemporaryFolder()
        let result = try CommandLineTool.run(
            [shape.path, "--model", "nothing", "-o", "out.jsonl"], in: folder.url)
        #expect(result.status == 1)
        #expect(result.errors.contains("nothing"))
        #expect(result.output.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: folder.url.appendingPathComponent("out.jsonl").path))
    }

    @Test func aSummaryThatCannotBeWrittenIsReportedBeforeTheWork() throws {
        let result = try CommandLineTool.run([shape.path, "--summary", "/no/such/sum.json"])
        #expect(result.status == 1)
        #expect(result.output.isEmpty)
        #expect(result.errors.contains("cannot write /no/such/sum.json"))
    }

    /// In a log, progress is plain lines: how many, how fast, how long yet.
    @Test func progressInALogIsPlainLines() throws {
        let result = try CommandLineTool.run([Fixtures.pictures.path, "--limit", "9"])
        #expect(!result.errors.contains("\u{1B}"))
        #expect(!result.errors.contains("\r"))
        #expect(result.errors.contains(try Regex(#"9 captioned in [0-9.]+ s \([0-9.]+ images/s\)"#)))
    }

    @Test func theNameOfAModelGetsTheWayToDownloadIt() throws {
        let result = try CommandLineTool.run([shape.path, "--model", "nobody/has-this-model@v1"])
        #expect(result.status == 1)
        #expect(result.errors.contains("hf download nobody/has-this-model --revision v1 --exclude '*.bin'\n"))
        #expect(result.errors.contains("modelscope download --model nobody/has-this-model --revision v1\n"))
    }

    @Test func aModelThatIsNotAllThereGetsTheWayToDownloadIt() throws {
        let folder = try TemporaryFolder()
        try folder.write("{}", as: "models--captioner--demo/snapshots/1234/config.json")
        let result = try CommandLineTool.run(
            [shape.path, "--model", "captioner/demo"], environment: ["HF_HUB_CACHE": folder.url.path])
        #expect(result.status == 1)
        #expect(result.errors.contains("snapshots/1234 holds no weights: the model was not downloaded to its end"))
        #expect(result.errors.contains("hf download captioner/demo --exclude"))
    }

    @Test func aDownloadedModelIsFoundByItsName() throws {
        let folder = try TemporaryFolder()
        let repository = "models--captioner--demo"
        try folder.write("1234", as: "\(repository)/refs/main")
        try folder.write("", as: "\(repository)/snapshots/README.md")
        try folder.copy(DemoModel.checkpoint(), as: "\(repository)/snapshots/1234")
        let result = try CommandLineTool.run(
            [shape.path, "--model", "captioner/demo"], environment: ["HF_HUB_CACHE": folder.url.path])
        #expect(result.status == 0)
        #expect(result.lines == (try CommandLineTool.run([shape.path]).lines))
    }

    @Test(arguments: [
        ["--batch-size", "0", "x.png"], ["--max-new-tokens", "0", "x.png"], ["--threads", "-1", "x.png"],
        ["--min-new-tokens", "40", "x.png"], ["--precision", "f8", "x.png"], ["--limit", "-1", "x.png"], [], ["trace"],
        ["--precision", "", "x.png"], ["--layer-precision", "lm_head", "x.png"],
        ["--layer-precision", "lm_head=f8", "x.png"], ["--layer-precision", "=int8", "x.png"],
        ["--layer-precision", "lm_head=auto", "x.png"], ["--layer-precision", "a=b=int8", "x.png"],
    ])
    func wrongUsageIs64(arguments: [String]) throws {
        let result = try CommandLineTool.run(arguments)
        #expect(result.status == 64)
        #expect(result.output.isEmpty)
        #expect(result.errors.contains("Error"))
    }

    @Test func traceWritesEveryStage() throws {
        let folder = try TemporaryFolder()
        let result = try CommandLineTool.run(["trace", shape.path, "-o", "t.safetensors"], in: folder.url)
        #expect(result.status == 0)
        let tensors = try StoredTensors(folder.url.appendingPathComponent("t.safetensors"))
        #expect(
            tensors.names == [
                "language_projection", "logits", "pixel_values", "qformer.last_hidden_state", "token_ids",
                "vision.last_hidden_state",
            ])
        #expect(tensors.integers("token_ids").count == tensors.shape("logits")?.first)
        let caption = try record(try #require(try CommandLineTool.run([shape.path]).lines.first))["caption"] as? String
        #expect(result.lines == [caption])
    }

    @Test func traceReplacesNeitherItsImageNorADevice() throws {
        let folder = try TemporaryFolder()
        try folder.write(Array(Data(contentsOf: shape)), as: "mine.png")
        let onto = try CommandLineTool.run(["trace", "mine.png", "-o", "mine.png"], in: folder.url)
        #expect(onto.status == 1)
        #expect(onto.errors.contains("it is read by this run"))
        #expect(try Data(contentsOf: folder.url.appendingPathComponent("mine.png")) == Data(contentsOf: shape))
        #expect(try CommandLineTool.run(["trace", "mine.png", "-o", "."], in: folder.url).status == 1)
        #expect(try CommandLineTool.run(["trace", "mine.png", "-o", "/dev/null"], in: folder.url).status == 0)
        let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
        #expect(type == .typeCharacterSpecial)
    }

    /// An option that cannot be honoured is reported before the file that it would have filled is emptied.
    @Test func aPromptThatDoesNotFitEmptiesNoFile() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("precious", as: "out.jsonl")
        let prompt = String(repeating: "what is this? ", count: 100)
        let arguments = [shape.path, "-o", file.path, "--overwrite", "--prompt", prompt]
        let result = try CommandLineTool.run(arguments)
        #expect(result.status == 1)
        #expect(result.errors.contains("the prompt is too long"))
        #expect(try String(contentsOf: file, encoding: .utf8) == "precious")
    }

    /// A truncated image is captioned as far as it goes, and its record and the last line say so.
    @Test func truncatedPicturesGetANote() throws {
        let folder = try TemporaryFolder()
        let jpeg = try Data(contentsOf: Fixtures.pictures.appendingPathComponent("scene-001.jpg"))
        try folder.write(Array(jpeg.prefix(jpeg.count * 3 / 4)), as: "cut.jpg")
        let result = try CommandLineTool.run(["cut.jpg", "-o", "-"], in: folder.url)
        #expect(result.status == 0)
        let line = try record(#require(result.lines.first))
        #expect(line["caption"] is String)
        #expect(line["note"] is String)
        #expect(result.errors.contains("1 captioned, 1 of them with a note"))
    }

    @Test func traceOfABadImageNamesIt() throws {
        let folder = try TemporaryFolder()
        try folder.write("hello", as: "bad.png")
        let result = try CommandLineTool.run(["trace", "bad.png", "-o", "t.safetensors"], in: folder.url)
        #expect(result.status == 1)
        #expect(result.errors.contains("bad.png"))
        #expect(!FileManager.default.fileExists(atPath: folder.url.appendingPathComponent("t.safetensors").path))
    }

    @Test func inspectOfTheDemoModel() throws {
        let result = try CommandLineTool.run(["inspect"])
        #expect(result.status == 0)
        #expect(result.output.contains("architecture  Blip2ForConditionalGeneration"))
        #expect(result.output.contains("missing       none"))
    }

    private func record(_ line: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    /// A PNG whose header promises 65000 x 65000 pixels, and that holds next to nothing.
    private var hugePNG: [UInt8] {
        let size: [UInt8] = [0, 0, 0xFD, 0xE8]
        let header: [UInt8] = Array("IHDR".utf8) + size + size + [8, 2, 0, 0, 0]
        let data = Array("IDAT".utf8) + [0x78]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + header + crc32(header)
            + [0, 0, 0, 1] + data + crc32(data)
    }

    private func crc32(_ bytes: [UInt8]) -> [UInt8] {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
        }
        return withUnsafeBytes(of: (~crc).bigEndian) { Array($0) }
    }
}
