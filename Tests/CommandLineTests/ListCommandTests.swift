import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(15))) struct ListCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for (index, name) in ["1.png", "2.png", "3.png"].enumerated() {
            let picture = Fixtures.pictures.appendingPathComponent("easy-vqa-00\(index).png")
            try folder.write(Array(try Data(contentsOf: picture)), as: "in/\(name)")
        }
        try folder.write("image,words\n2.png,\"a red, round thing\"\n1.png,x\n", as: "in/t.csv")
        try folder.write(
            #"[{"id": "1", "image": "1.png", "conversations": [{"from": "human", "value": "<image>"}, {"from": "gpt", "value": "old"}]}]"#,
            as: "train.json")
    }

    private func run(_ arguments: String...) throws -> CommandLineTool.Result {
        try CommandLineTool.run(arguments, in: folder.url)
    }

    @Test func listsFromFilesAndPipes() throws {
        let script = """
            printf 'in/3.png\\nin/gone.png\\nin/1.png\\n' > list
            tool --files-from list -o a.jsonl --quiet; echo $?
            tool --files-from - --quiet < list; echo $?
            find in -name '[13].png' -print0 | sort -zr | tool --files-from - -0 -o b.jsonl --quiet; echo $?
            find in -name '[13].png' -print0 | sort -zr | tool --files-from - -0 -o b.jsonl; echo $?
            printf '3.png\\n' | tool --files-from - --paths-in in --quiet; echo $?
            """
        let result = try CommandLineTool.shell(script, in: folder.url)
        let statuses = result.lines.filter { $0.count == 1 }
        #expect(statuses == ["2", "2", "0", "0", "0"], "\(result.errors)")
        let rows = try folder.text("a.jsonl").split(separator: "\n")
        #expect(rows.count == 3 && rows[0].hasPrefix(#"{"image": "in/3.png", "caption": ""#))
        #expect(rows[1].contains(#""stage": "read""#))
        #expect(result.output.contains(try folder.text("a.jsonl")))
        #expect(try folder.text("b.jsonl") == "\(rows[0])\n\(rows[2])\n")
        #expect(result.errors.contains("2 were done before"))
        #expect(result.lines.contains { $0.hasPrefix(#"{"image": "3.png", "caption": ""#) })
    }

    @Test func tablesWithTexts() throws {
        let kept = try run("in/t.csv", "--text-column", "words", "--keep-caption", "old")
        #expect(kept.status == 0, "\(kept.errors)")
        #expect(
            kept.lines.first?.hasPrefix(#"{"image": "2.png", "caption": "a red, round thing""#) == true,
            "\(kept.output)")
        let scored = try run("score", "in/t.csv", "--text-column", "words")
        #expect(scored.status == 0 && scored.output.contains("a red, round thing"), "\(scored.errors)")
        let other = try run("in/t.csv", "--path-column", "file")
        #expect(
            other.status == 1 && other.errors.contains("it has no column file, but image, words"), "\(other.errors)")
    }

    @Test func trainingFilesAreRewritten() throws {
        let arguments = ["train.json", "--paths-in", "in", "--format", "llava", "-o", "new.json"]
        let result = try CommandLineTool.run(arguments, in: folder.url)
        #expect(result.status == 0, "\(result.errors)")
        let new = try folder.text("new.json")
        #expect(new.hasPrefix("[\n{\"id\": \"1\", \"image\": \"1.png\", \"conversations\": [") && !new.contains("old"))
        let again = try CommandLineTool.run(arguments, in: folder.url)
        #expect(again.status == 0 && again.errors.contains("1 were done before"), "\(again.errors)")
        #expect(try folder.text("new.json") == new)
        try FileManager.default.removeItem(atPath: folder.path("new.json.rows.jsonl.run.json"))
        #expect(try CommandLineTool.run(arguments, in: folder.url).status == 1)
        // The input is not replaced.
        #expect(
            try run("train.json", "--paths-in", "in", "--format", "llava", "-o", "train.json", "--overwrite").status
                == 1)
        #expect(try folder.text("train.json").contains("old"))
    }

    @Test func finishedArraysMayBeEdited() throws {
        for (name, arguments) in [
            ("results.json", ["in", "--format", "coco"]),
            ("new.json", ["train.json", "--paths-in", "in", "--format", "llava"]),
        ] {
            #expect(try CommandLineTool.run(arguments + ["-o", name], in: folder.url).status == 0)
            try folder.write("[7]\n", as: name)
            let path = folder.path(name)
            let date = { try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date }
            let before = try date()
            #expect(try CommandLineTool.run(arguments + ["-o", name], in: folder.url).status == 0)
            #expect(try folder.text(name) == "[7]\n")
            #expect(try date() == before)
        }
        let itself = try run("train.json", "--paths-in", "in", "--format", "llava", "-o", "train.json")
        #expect(itself.status == 1 && itself.errors.contains("it is read by this run"), "\(itself.errors)")
    }

    @Test func metadataWhereDatasetsFindsThem() throws {
        for output in ["out.jsonl", "metadata.jsonl", "in/new.jsonl"] {
            let result = try run("in", "--format", "imagefolder", "-o", output)
            #expect(
                result.status == 64
                    && result.errors.contains("--format imagefolder needs --output in/metadata.jsonl"),
                "\(result.errors)")
        }
        #expect(try run("in", "--format", "imagefolder", "-o", "part", "--shard", "1/2").status == 0)
        try folder.write("file_name,text\n1.png,x\n", as: "in/metadata.csv")
        let both = try run("in", "--format", "imagefolder", "-o", "in/metadata.jsonl")
        #expect(both.status == 1 && both.errors.contains("datasets reads no folder with both"), "\(both.errors)")
        let other = try run(
            "in", "--input-format", "imagefolder", "--format", "imagefolder", "--text-column", "text", "-o", "new.jsonl"
        )
        #expect(other.status == 0, "\(other.errors)")
        let missing = try run("in/t.csv", "--paths-in", "nowhere", "-o", "out")
        #expect(missing.status == 1 && missing.errors.contains("cannot read the folder nowhere"), "\(missing.errors)")
    }

    @Test func formatsOfOtherTools() throws {
        let coco = try run("in", "--format", "coco", "-o", "results.json")
        #expect(coco.status == 0, "\(coco.errors)")
        #expect(try folder.text("results.json").hasPrefix(#"[\#n{"image_id": 1, "caption": ""#))
        let metadata = try run("in", "--format", "imagefolder", "-o", "in/metadata.jsonl")
        #expect(metadata.status == 0, "\(metadata.errors)")
        #expect(try folder.text("in/metadata.jsonl").hasPrefix(#"{"file_name": "1.png", "text": ""#))
        let read = try run("in", "--input-format", "imagefolder", "--limit", "1")
        #expect(read.status == 0 && read.lines.count == 1, "\(read.errors)")
    }

    @Test(arguments: [
        (["in", "--files-from", "list"], "--files-from names all images"),
        (["-0", "in"], "--null is for --files-from"),
        (["--files-from", "list", "--path-column", "x"], "--path-column has no meaning with --files-from"),
        (["in", "--path-column", "x"], "--path-column is for tables"),
        (["in", "--paths-in", "x"], "--paths-in is for tables"),
        ([], "Missing expected argument"), (["in/t.csv", "in"], "and there are other inputs"),
        (["in", "in/1.png", "--format", "imagefolder", "-o", "o"], "is for one folder"),
        (["in", "--format", "coco"], "--format coco needs --output FILE"),
        (["in", "--format", "coco", "-o", "o", "--shard", "1/2"], "--format coco is one array"),
        (["in", "--format", "coco", "-o", "o", "--num-captions", "2", "--sample"], "--num-captions asks for more"),
        (
            ["in", "--format", "coco", "-o", "o", "--log-probabilities"],
            "--log-probabilities has no place in --format coco"
        ),
        (["score", "in", "--format", "coco", "-o", "o"], "--format is jsonl, csv or data-juicer for scores"),
    ])
    func mistakes(arguments: [String], message: String) throws {
        try folder.write("in/1.png\n", as: "list")
        let result = try CommandLineTool.run(arguments, in: folder.url)
        #expect(result.status == 64)
        #expect(result.errors.contains(message), "\(result.errors)")
    }

    @Test func aListOfPathsOnStandardInputIsToldWhatItNeeds() throws {
        let input = try folder.write("in/1.png\n", as: "list")
        let result = try CommandLineTool.run(["-"], in: folder.url, input: input)
        #expect(result.status == 2)
        #expect(result.output.contains("--files-from - captions a list of paths"), "\(result.output)")
    }
}
