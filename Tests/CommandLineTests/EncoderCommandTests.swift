import Foundation
import TestSupport
import Testing

/// CLIP by the name under which it was downloaded, in either layout.
@Suite(.timeLimit(.minutes(15))) struct EncoderCommandTests {
    private let folder: TemporaryFolder
    private let picture = Fixtures.pictures.appendingPathComponent("scene-001.jpg").path
    private let repository = "models--openai--clip-tiny"

    init() throws { folder = try TemporaryFolder() }

    private func model(_ name: String) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
            path: "EncoderTests/Fixtures/\(name)")
    }

    private func run(_ arguments: String...) throws -> CommandLineTool.Result {
        try CommandLineTool.run(arguments, in: folder.url, environment: ["HF_HUB_CACHE": folder.url.path])
    }

    @Test(arguments: ["new", "openclip"]) func isFoundByName(layout: String) throws {
        try folder.write("1234", as: "\(repository)/refs/main")
        try folder.write("", as: "\(repository)/snapshots/README.md")
        try folder.copy(model(layout), as: "\(repository)/snapshots/1234")
        for name in ["openai/clip-tiny", "openai/clip-tiny@1234"] {
            let inspection = try run("inspect", name)
            #expect(inspection.status == 0, "\(inspection.errors)")
            #expect(inspection.output.contains("CLIP"))
        }
        let text = ["--text", "a photo of a cat"]
        for (source, target) in [("openai/clip-tiny", "a"), (model(layout).path, "b")] {
            let trace = try CommandLineTool.run(
                ["trace", picture, "--model", source, "-o", target] + text, in: folder.url,
                environment: ["HF_HUB_CACHE": folder.url.path])
            #expect(trace.status == 0, "\(trace.errors)")
        }
        let (named, direct) = (try Data(contentsOf: folder.url.appending(path: "a")), folder.url.appending(path: "b"))
        #expect(try named == Data(contentsOf: direct) && named.count > 1000)
        let packing = try run("pack", "openai/clip-tiny", "-o", "packed", "--precision", "int8")
        #expect(packing.status == 0, "\(packing.errors)")
        #expect(try run("inspect", "packed").output.contains("in int8"))
    }

    @Test func aDownloadWithoutWeightsGetsTheWayToFinishIt() throws {
        try folder.write("{\"model_cfg\": {}}", as: "\(repository)/snapshots/1234/open_clip_config.json")
        let result = try run("inspect", "openai/clip-tiny")
        #expect(result.status == 1)
        #expect(result.errors.contains("snapshots/1234 holds no weights: the model was not downloaded to its end"))
        #expect(result.errors.contains("hf download openai/clip-tiny --exclude"))
    }

    /// Older repositories have pickles alone.
    @Test(arguments: [("new", "pytorch_model.bin"), ("openclip", "open_clip_pytorch_model.bin")])
    func picklesGetTheWayToConvertThem(layout: String, pickle: String) throws {
        let snapshot = "\(repository)/snapshots/1234"
        try folder.copy(model(layout), as: snapshot)
        for name in ["model.safetensors", "open_clip_model.safetensors"] {
            try? FileManager.default.removeItem(atPath: folder.path("\(snapshot)/\(name)"))
        }
        try folder.write("pickle", as: "\(snapshot)/\(pickle)")
        let result = try run("inspect", "openai/clip-tiny")
        #expect(result.status == 1)
        #expect(result.errors.contains("only \(pickle); to convert them: python weights-tools/convert_bin.py"))
    }
}
