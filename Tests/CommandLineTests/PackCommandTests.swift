import CaptionerDemoModel
import Foundation
import TestSupport
import Testing

/// `caption-images pack`, and what it packed, as a user meets them.
@Suite(.timeLimit(.minutes(45))) struct PackCommandTests {
    private let picture = Fixtures.pictures.appendingPathComponent("scene-000.jpg").path
    private let folder: TemporaryFolder
    private let model: String
    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() }
    }

    init() throws {
        folder = try TemporaryFolder()
        model = try DemoModel.checkpoint().path
    }

    private func run(_ arguments: String..., fileSizeLimit: Int? = nil) throws -> CommandLineTool.Result {
        try CommandLineTool.run(arguments, in: folder.url, fileSizeLimit: fileSizeLimit)
    }

    @Test func whatIsPackedCaptionsAndIsInspected() throws {
        let layers = ["--layer-precision", "lm_head=bf16", "--layer-precision", "qformer=f32"]
        let packing = try CommandLineTool.run(
            ["pack", model, "-o", "deep/packed", "--precision", "int8"] + layers, in: folder.url)
        #expect(packing.status == 0, "\(packing.errors)")
        #expect(packing.output.isEmpty)
        #expect(packing.errors.contains("packed 7.9 MB into "))
        #expect(packing.errors.hasSuffix("; use it with --model deep/packed\n"))

        let caption = ["caption", picture, "--log-probabilities", "--quiet", "--model"]
        let expected = try CommandLineTool.run(caption + [model, "--precision", "int8"] + layers, in: folder.url)
        #expect(expected.status == 0 && expected.output.contains("\"caption\""))
        let found = try CommandLineTool.run(caption + ["deep/packed"], in: folder.url)
        #expect(found.status == 0, "\(found.errors)")
        #expect(found.output == expected.output)

        let inspection = try run("inspect", "deep/packed")
        #expect(inspection.status == 0)
        #expect(
            inspection.output.contains(
                "packed        in int8, lm_head bf16, qformer f32, format version 1, from checkpoint"))

        let other = try CommandLineTool.run(caption + ["deep/packed", "--precision", "f32"], in: folder.url)
        #expect(other.status == 1 && other.output.isEmpty)
        #expect(
            other.errors.contains(
                "it is packed in int8, lm_head in bf16, qformer in f32, and can be had in nothing else"))

        let again = try run("pack", "deep/packed", "-o", "again", "--precision", "bf16")
        #expect(again.status == 1)
        #expect(again.errors.hasSuffix("deep/packed: this is packed already; pack the original checkpoint\n"))
        #expect(try names == ["deep"])
    }

    /// What is said to be used can be pasted into a shell.
    @Test(arguments: ["my packed", "it's \"$HOME\" & more", "caf\u{E9}", "~/x"]) func theHintCanBePasted(name: String)
        throws
    {
        let packing = try run("pack", model, "-o", name, "--precision", "bf16")
        #expect(packing.status == 0, "\(packing.errors)")
        let hint = try #require(packing.errors.split(separator: "use it with ").last)
        let found = try CommandLineTool.shell("tool \(picture) --quiet \(hint)", in: folder.url)
        #expect(found.status == 0 && found.output.contains("\"caption\""), "\(hint) \(found.errors)")
    }

    @Test func quietIsQuiet() throws {
        let result = try run("pack", model, "--output", "packed", "--precision", "bf16", "--quiet")
        #expect(result.status == 0 && result.output.isEmpty && result.errors.isEmpty, "\(result.errors)")
    }

    @Test(arguments: [
        (
            ["--precision", "f32"],
            "'f32' is invalid for '--precision <precision>'. Please provide one of 'int8' and 'bf16'."
        ),
        (
            ["--precision", "auto"],
            "'auto' is invalid for '--precision <precision>'. Please provide one of 'int8' and 'bf16'."
        ),
        (["--precision", "int4"], "int4"), ([], "--precision"),
        (["--precision", "int8", "--layer-precision", "lm_head"], "lm_head"),
        (["--precision", "int8", "--layer-precision", "lm_head=auto"], "lm_head=auto"),
        (["--precision", "int8", "--output", ""], "--output is empty."),
    ])
    func wrongUsage(options: [String], message: String) throws {
        let result = try CommandLineTool.run(["pack", model, "-o", "packed"] + options, in: folder.url)
        #expect(result.status == 64)
        #expect(result.errors.contains(message), "\(result.errors)")
        #expect(try names == [])
    }

    @Test func foldersThatCannotBeWritten() throws {
        try folder.write("mine", as: "full/notes.txt")
        for (target, cause) in [
            ("full", "it is not empty; name a folder that is not there yet"),
            ("full/notes.txt", "it is a file; name a folder that is not there yet"),
            ("full/notes.txt/packed", "Not a directory"), ("/dev/null/packed", "Not a directory"),
        ] {
            let result = try run("pack", model, "-o", target, "--precision", "int8")
            #expect(result.status == 1)
            #expect(result.errors.hasSuffix("\(target): \(cause)\n"), "\(result.errors)")
            #expect(result.errors.hasPrefix("caption-images: cannot write "), "\(result.errors)")
        }
        #expect(try names == ["full"])
    }

    /// As on a full disk: the system takes no more, in the middle of the weights or of another file.
    @Test(
        .enabled(if: CommandLineTool.takesFileSizeLimits),
        arguments: [(blocks: 1000, file: "packed.safetensors.unfinished"), (20, "tokenizer.json")])
    func noRoom(limit: (blocks: Int, file: String)) throws {
        let result = try run("pack", model, "-o", "on/the/way", "--precision", "int8", fileSizeLimit: limit.blocks)
        #expect(result.status == 1)
        #expect(result.errors.contains("cannot write "), "\(result.errors)")
        #expect(result.errors.contains("/\(limit.file): File too large; it takes "), "\(result.errors)")
        #expect(result.errors.hasSuffix(" bytes, make room or write elsewhere\n"), "\(result.errors)")
        #expect(try names == [], "no files are left")
    }

    @Test func aWeightThatIsNoNumberIsNamed() throws {
        let copy = try folder.copy(DemoModel.checkpoint(), as: "model")
        let file = copy.appendingPathComponent("model.safetensors")
        var edit = try SafetensorsEdit(file)
        let name = "language_projection.weight"
        let size = edit.tensors[name]?.dtype == "F32" ? 4 : 2
        // All ones is no number in any of the types.
        edit.tensors[name]?.data.replaceSubrange(0..<size, with: [UInt8](repeating: 0xFF, count: size))
        try edit.write(to: file)
        let result = try run("pack", "model", "-o", "packed", "--precision", "int8")
        #expect(result.status == 1)
        #expect(result.errors.contains("cannot use tensor \(name) of "), "\(result.errors)")
        #expect(
            result.errors.contains("model.safetensors: it holds a number that is not finite"), "\(result.errors)")
        #expect(try names == ["model"])
    }
}
