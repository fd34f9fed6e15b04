import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(15))) struct SidecarCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for (index, name) in ["a.png", "b.png", "c.png"].enumerated() {
            let picture = Fixtures.pictures.appendingPathComponent("easy-vqa-00\(index).png")
            try folder.write(Array(try Data(contentsOf: picture)), as: "in/\(name)")
        }
        try folder.write("by hand\n", as: "in/a.txt")
    }

    private func run(_ arguments: String...) throws -> CommandLineTool.Result {
        try CommandLineTool.run(arguments, in: folder.url)
    }

    @Test func textsAreSkippedAndCounted() throws {
        let dry = try run("in", "--format", "sidecar", "-o", "out", "--existing", "skip", "--dry-run")
        #expect(dry.output.contains("1 with a text that they keep, not captioned"), "\(dry.output)\(dry.errors)")
        #expect(dry.output.contains("to do    2 images to caption"))
        let result = try run("in", "--format", "sidecar", "-o", "out", "--existing", "skip")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("2 captioned, 1 kept their text, not captioned"), "\(result.errors)")
        #expect(try folder.text("in/a.txt") == "by hand\n")
        #expect(try folder.text("out").hasPrefix(#"{"image": "a.png", "caption": "by hand", "kept": "old"}"#))
    }

    @Test func captionsAreEditedAndAppended() throws {
        let result = try run(
            "in", "--format", "sidecar", "-o", "out", "--existing", "append", "--separator", " | ", "--prefix",
            "ohwx {name}, ", "--suffix", ", {folder}", "--replace", "^a =", "--replace", "circle|square=shape",
            "--max-words", "2", "--lower-case")
        #expect(result.status == 0, "\(result.errors)")
        let a = try folder.text("in/a.txt")
        #expect(a.hasPrefix("by hand | ohwx a, ") && a.hasSuffix(", in\n"), "\(a)")
        #expect(a.split(separator: " ").count == 8, "\(a)")
        #expect(try folder.text("in/b.txt").hasPrefix("ohwx b, "))
    }

    @Test func imagesThatShareATextFileAreToldBeforeTheRun() throws {
        try folder.copy(folder.url.appending(path: "in/a.png"), as: "in/a.jpg")
        let result = try run("in", "--format", "sidecar", "-o", "out", "--overwrite")
        #expect(result.status == 2)
        let noted = try #require(result.errors.range(of: "1 image has no text file of its own"), "\(result.errors)")
        #expect(
            result.errors.contains("  a.png: cannot write ")
                && result.errors.contains("/in/a.txt: it belongs to an image that comes first (a.jpg)"))
        let model = try #require(result.errors.range(of: "no --model given"))
        #expect(noted.lowerBound < model.lowerBound)
    }

    @Test func filesPassedOverAreListed() throws {
        try folder.write("", as: "in/sub/x.mp4")
        try folder.write("", as: "in/sub/.hidden")
        let result = try run("in", "--passed-over", "passed.txt", "-o", "out")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("2 files passed over"))
        #expect(try folder.text("passed.txt") == "in/a.txt\nin/sub/x.mp4\n")
        // An earlier list is replaced, and nothing else.
        try folder.write("in/gone.mp4\n", as: "passed.txt")
        #expect(try run("in", "--passed-over", "passed.txt", "-o", "out").status == 0)
        #expect(try folder.text("passed.txt") == "in/a.txt\nin/sub/x.mp4\n")
        let written = try folder.text("out.run.json")
        for (file, cause) in [
            ("in/a.txt", "it is the text file beside an image"), ("in/b.txt", "it is the text file beside an image"),
            ("out.run.json", "it is there, and is no list of files in these folders; --overwrite replaces it"),
            ("in/a.png", "it is there, and is no list"),
        ] {
            let refused = try run("in", "--passed-over", file, "-o", "out2")
            #expect(refused.status == 1 && refused.errors.contains(cause), "\(file): \(refused.errors)")
        }
        #expect(try folder.text("in/a.txt") == "by hand\n" && folder.text("out.run.json") == written)
        #expect(try run("in", "--passed-over", "out.run.json", "-o", "out2", "--overwrite").status == 0)
        #expect(try run("in", "--passed-over", "out3", "-o", "out3").status == 1)
    }

    @Test func textsThatAreThereAreCountedBeforeTheRun() throws {
        let note = "1 image has a text file already: where the caption is another, the file stays"
        let dry = try run("in", "--format", "sidecar", "-o", "out", "--dry-run")
        #expect(dry.output.contains(note), "\(dry.output)\(dry.errors)")
        let first = try run("in", "--format", "sidecar", "-o", "out")
        let noted = try #require(first.errors.range(of: note), "\(first.errors)")
        let model = try #require(first.errors.range(of: "no --model given"))
        #expect(noted.lowerBound < model.lowerBound)
        #expect(!first.errors.contains("passed over"), "\(first.errors)")
        // Those of a run that resumes are its own.
        #expect(try !run("in", "--format", "sidecar", "-o", "out").errors.contains("already:"))
        let anew = try run("in", "--format", "sidecar", "-o", "other", "--overwrite", "--dry-run")
        #expect(anew.output.contains("3 images have text files already, whose text the caption will replace"))
    }

    /// What `--overwrite` does besides is said where a message names it.
    @Test func messagesSayWhatOverwritingDoes() throws {
        #expect(try run("in", "--format", "sidecar", "-o", "out").status == 2)
        let consequence = "--overwrite also replaces text files that are there; with --existing error, skip"
        for extra in [[], ["--dry-run"]] {
            let arguments = ["in", "--format", "sidecar", "-o", "out", "--prefix", "x "] + extra
            let other = try CommandLineTool.run(arguments, in: folder.url)
            #expect(other.status == 1 && other.errors.contains("made otherwise"), "\(other.errors)")
            #expect(other.errors.contains(consequence), "\(other.errors)")
        }
        let chosen = try run("in", "--format", "sidecar", "-o", "out", "--existing", "skip")
        #expect(chosen.status == 1 && !chosen.errors.contains(consequence), "\(chosen.errors)")
    }

    @Test(arguments: ["--prefix", "--suffix", "--replace", "--separator", "--caption-extension", "--text-column"])
    func textsMustBeUTF8(option: String) throws {
        let script = "tool in --format sidecar -o out --existing append \(option) \"$(printf 'caf\\351=x')\""
        let result = try CommandLineTool.shell(script, in: folder.url)
        #expect(result.status == 64, "\(result.errors)")
        #expect(result.errors.contains("\(option) is caf%E9=x, which is not UTF-8."), "\(result.errors)")
        #expect(try folder.text("in/a.txt") == "by hand\n")
    }

    @Test func scoresReadTextsOfAnotherExtension() throws {
        try folder.write("a red circle\n", as: "in/a.caption")
        let result = try run("score", "in/a.png", "--caption-extension", "caption")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("\"caption\": \"a red circle\""), "\(result.output)")
    }

    @Test(arguments: [
        (["in", "--existing", "skip"], "--existing is for --format sidecar"),
        (["in", "--caption-extension", ".txt"], "--caption-extension is for --format sidecar"),
        (["in", "--caption-extension", "a/b"], "--caption-extension is a/b"),
        (["in", "--caption-extension", ".JPG"], "which is that of images"),
        (["in", "--separator", " "], "--separator is for --existing append"),
        (["in", "--replace", "(=x"], "--replace: ( is no regular expression"),
        (["in", "--replace", "abc"], "--replace: abc is no REGEX=TEXT"),
        (["in", "--prefix", "{nam}"], "--prefix: {nam} is unknown"), (["in", "--max-words", "0"], "--max-words is 0"),
        (["in", "--max-words", "-1"], "--max-words is -1"),
        (["in", "--prefix", "{Name}"], "--prefix: {Name} is unknown"),
        (["in", "--replace", "a=$1"], "--replace: $1 is a group of the regular expression, which has 0"),
        (["set.jsonl", "--compat", "better-synth", "--prefix", "x"], "--prefix edits captions, and --compat"),
        (["set.jsonl", "--passed-over", "p"], "--passed-over is for folders"),
        (["-", "--prefix", "x"], "--prefix has no meaning with -"),
        (
            ["in", "--format", "sidecar", "-o", "o", "--existing", "skip", "--log-probabilities"],
            "--log-probabilities has no place with --existing skip"
        ),
    ])
    func mistakes(arguments: [String], message: String) throws {
        try folder.write(#"{"text": "<__dj__image>", "images": ["in/a.png"]}"# + "\n", as: "set.jsonl")
        let result = try CommandLineTool.run(arguments, in: folder.url)
        #expect(result.status == 64)
        #expect(result.errors.contains(message), "\(result.errors)")
    }

    @Test func captionsOfDataSetsAreEdited() throws {
        try folder.write(
            #"{"text": "<__dj__image>\nold <|__dj__eoc|>", "images": ["in/a.png"]}"# + "\n", as: "set.jsonl")
        let result = try run("set.jsonl", "--prefix", "ohwx, ", "--max-words", "3", "--no-sample", "-o", "out.jsonl")
        #expect(result.status == 0, "\(result.errors)")
        let row = try folder.text("out.jsonl")
        #expect(row.contains("<__dj__image> ohwx, ") && row.contains(#"\n <|__dj__eoc|>"#), "\(row)")
        let again = try run("set.jsonl", "--prefix", "ohwx, ", "--max-words", "3", "--no-sample", "-o", "out.jsonl")
        #expect(again.status == 0 && again.errors.contains("1 were done before"), "\(again.errors)")
        #expect(try folder.text("out.jsonl") == row)
        let other = try run("set.jsonl", "--no-sample", "-o", "out.jsonl")
        #expect(other.status == 1 && other.errors.contains("prefix was ohwx, "), "\(other.errors)")
    }
}
