import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(15))) struct DryRunTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let picture = Array(try Data(contentsOf: Fixtures.pictures.appendingPathComponent("easy-vqa-000.png")))
        for name in ["in/a.png", "in/b.png"] { try folder.write(picture, as: name) }
        // What a file is called does not count.
        try folder.copy(Fixtures.pictures.appendingPathComponent("scene-001.jpg"), as: "in/c.png")
        try folder.write("\0\0\0\u{C}JXL \r\n", as: "in/d.jxl")
        try folder.write("", as: "in/e.jpg")
        try folder.write("words", as: "in/notes.txt")
    }

    private func run(_ arguments: String...) throws -> CommandLineTool.Result {
        try CommandLineTool.run(arguments, in: folder.url)
    }

    private var names: [String] {
        get throws {
            try #require(FileManager.default.enumerator(atPath: folder.url.path)).compactMap { $0 as? String }
        }
    }

    @Test func saysWhatTheRunWouldDo() throws {
        let before = try names
        let result = try run("in", "-o", "out.jsonl", "--dry-run", "--precision", "int8")
        #expect(result.status == 0, "\(result.errors)")
        #expect(try names == before)
        #expect(!result.errors.contains("demo model knows"))
        for part in [
            "items    5 images\n", "output   out.jsonl, from the beginning\n", "2 PNG, 1 JPEG, ",
            "1 the same as others before them",
            // Which formats are named depends on the package traits.
            "1 for error records: decode: not a JPEG, PNG, GIF, BMP", " image: looks like JPEG XL\n",
            "1 for error records: decode: the file is empty", "to do    2 images to caption, 8 at once",
            " for weights in int8 and ", "time     unknown without a measurement",
            "1 file passed over, not an image by name",
        ] {
            #expect(result.output.contains(part), "\(part): \(result.output)")
        }
    }

    @Test func anOutputThatIsThereCounts() throws {
        let captioned = try run("in", "-o", "out.jsonl", "--quiet", "--limit", "3")
        #expect(captioned.status == 0, "\(captioned.errors)")
        let before = try Data(contentsOf: folder.url.appending(path: "out.jsonl"))
        let result = try run("in", "-o", "out.jsonl", "--dry-run")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("out.jsonl, which has 3 already: 2 are left"))
        #expect(result.output.contains("to do    0 images to caption"))
        #expect(try Data(contentsOf: folder.url.appending(path: "out.jsonl")) == before)
        let anew = try run("in", "-o", "out.jsonl", "--dry-run", "--overwrite")
        #expect(anew.output.contains("out.jsonl, from the beginning"))
        let other = try run("in", "-o", "out.jsonl", "--dry-run", "--format", "csv")
        #expect(other.status == 1 && other.errors.contains("out.jsonl"))
    }

    @Test func anEstimateIsMeasured() throws {
        let before = try names
        let result = try run("in", "--dry-run", "--estimate", "--max-new-tokens", "2")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains(" s an image, measured with "), "\(result.output)")
        #expect(result.output.contains(" at most, measured with 2 at once"))
        #expect(try names == before)
    }

    @Test func whatKeepsTheRunFromStartingIsReported() throws {
        let model = try run("in", "--dry-run", "--model", "no/such-model")
        #expect(model.status == 0 && model.output.contains("the run would not begin: "))
        #expect(model.output.contains("memory   unknown"))
        #expect(try run("in", "--dry-run", "-o", "nowhere/out.jsonl").status == 1)
        #expect(try run("in/a.png", "--dry-run", "-o", "in/a.png").status == 1)
    }

    @Test(arguments: [["-", "--dry-run"], ["in", "--estimate"]])
    func mistakes(arguments: [String]) throws {
        #expect(try CommandLineTool.run(arguments, in: folder.url).status == 64)
    }

    /// A configuration's folder is not made, nor are its operators run.
    @Test func configurationsAreLookedAt() throws {
        try folder.write(
            #"{"text": "<__dj__image> old <|__dj__eoc|>", "images": ["in/a.png"]}"# + "\n", as: "set.jsonl")
        try folder.write(
            """
            dataset_path: set.jsonl
            export_path: new/out.jsonl
            process:
              - text_length_filter:
                  min_len: 1
              - image_captioning_mapper:

            """, as: "recipe.yaml")
        let before = try names
        let result = try run("--config", "recipe.yaml", "--dry-run")
        #expect(result.status == 0, "\(result.errors)")
        #expect(
            result.output.contains("items    1 samples") && result.output.contains("operators of the configuration"))
        #expect(try names == before)
    }
}
