import Foundation
import TestSupport
import Testing

/// MGM and its towers by the names under which they were downloaded.
@Suite(.timeLimit(.minutes(15))) struct MGMByNameTests {
    private static let clip = "models--openai--clip-vit-large-patch14-336/snapshots/1234"
    private static let convNeXt = "models--laion--CLIP-convnext_large_d_320.laion2B-s29B-b131K-ft-soup/snapshots/5678"
    private static let convNeXtName = "openclip-convnext-large-d-320-laion2B-s29B-b131K-ft-soup"
    private let fixture = Fixtures.package.appending(path: "Tests/CaptionerTests/Fixtures/mgm/plain")
    private let picture = Fixtures.pictures.appendingPathComponent("scene-001.jpg").path
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(_ arguments: String...) throws -> CommandLineTool.Result {
        try CommandLineTool.run(arguments, in: folder.url, environment: ["HF_HUB_CACHE": folder.path("cache")])
    }

    /// Of CLIP the configuration is enough, since the checkpoint has its weights.
    private func download(clip: Bool = true, convNeXt: Bool = true) throws {
        try folder.write("abcd", as: "cache/models--YanweiLi--MGM-2B/refs/main")
        try folder.write("", as: "cache/models--YanweiLi--MGM-2B/snapshots/README.md")
        try folder.copy(fixture.appending(path: "mgm-2b"), as: "cache/models--YanweiLi--MGM-2B/snapshots/abcd")
        let towers = fixture.appending(path: "OpenAI")
        for (isThere, name, place) in [
            (clip, "clip-vit-large-patch14-336", Self.clip), (convNeXt, Self.convNeXtName, Self.convNeXt),
        ] where isThere {
            try folder.write("", as: "cache/\(place.dropLast(4))README.md")
            try folder.copy(towers.appending(path: name), as: "cache/\(place)")
        }
    }

    @Test func modelAndTowersAreFound() throws {
        try download()
        let arguments = ["--prompt", "What is it?", "--precision", "f32", "--max-new-tokens", "4"]
        for (model, target) in [("YanweiLi/MGM-2B", "a"), (fixture.appending(path: "mgm-2b").path, "b")] {
            let trace = try CommandLineTool.run(
                ["trace", picture, "--model", model, "-o", target] + arguments, in: folder.url,
                environment: ["HF_HUB_CACHE": folder.path("cache")])
            #expect(trace.status == 0, "\(trace.errors)")
        }
        let (named, direct) = (try Data(contentsOf: folder.url.appending(path: "a")), folder.url.appending(path: "b"))
        #expect(try named == Data(contentsOf: direct) && named.count > 10000)
        // Packing takes CLIP's files from there as well.
        let packing = try run("pack", "YanweiLi/MGM-2B", "-o", "packed", "--precision", "int8")
        #expect(packing.status == 0, "\(packing.errors)")
        try FileManager.default.removeItem(atPath: folder.path("cache"))
        #expect(try run("inspect", "packed").status == 0)
    }

    @Test func whereAMissingTowerWasLookedForIsSaid() throws {
        try download(convNeXt: false)
        let missing = try run("inspect", "YanweiLi/MGM-2B")
        #expect(missing.status == 1)
        let name = "laion/CLIP-convnext_large_d_320.laion2B-s29B-b131K-ft-soup"
        #expect(
            missing.errors.contains(
                "nor is it as \(name) in the caches of Hugging Face and ModelScope; name the folder"),
            "\(missing.errors)")
        #expect(missing.errors.contains("mm_vision_tower_aux in config.json is OpenAI/\(Self.convNeXtName), and that"))
    }

    /// A folder that is named is not passed over in silence.
    @Test func withAFolderOfTowersTheCachesDoNotCount() throws {
        try download()
        try folder.write("", as: "towers/README.md")
        let result = try run("inspect", "YanweiLi/MGM-2B", "--towers", "towers")
        #expect(result.status == 1)
        #expect(result.errors.contains("towers nor below the working directory"), "\(result.errors)")
        #expect(!result.errors.contains("caches"))
    }

    /// Where config.json says comes before the caches.
    @Test func theFolderThatTheConfigurationNamesComesFirst() throws {
        try download()
        try folder.write("{", as: "OpenAI/\(Self.convNeXtName)/open_clip_config.json")
        let result = try run("inspect", "YanweiLi/MGM-2B")
        #expect(result.status == 1 && result.errors.contains("OpenAI/\(Self.convNeXtName)"), "\(result.errors)")
        #expect(!result.errors.contains("models--laion"))
    }

    /// The repository has pickles, which are not read.
    @Test func aPickleGetsTheWayToConvertItAndToNameWhatComesOut() throws {
        try download()
        let place = "cache/\(Self.convNeXt)"
        try FileManager.default.removeItem(atPath: folder.path("\(place)/open_clip_model.safetensors"))
        try folder.write("x", as: "\(place)/open_clip_pytorch_model.bin")
        let result = try run("inspect", "YanweiLi/MGM-2B")
        #expect(result.status == 1)
        #expect(
            result.errors.contains(
                "only open_clip_pytorch_model.bin; to convert them: python weights-tools/convert_bin.py"))
        let name =
            "A folder that has the name in config.json (\(Self.convNeXtName)) is found in the one that --towers names"
        #expect(result.errors.contains("\(Self.convNeXt) NEW-FOLDER. \(name)"), "\(result.errors)")
        #expect(result.errors.contains("--tower-weights checkpoint"))
        // As it says:
        try folder.copy(
            fixture.appending(path: "OpenAI/\(Self.convNeXtName)"), as: "towers/\(Self.convNeXtName)")
        try folder.copy(
            fixture.appending(path: "OpenAI/clip-vit-large-patch14-336"), as: "towers/clip-vit-large-patch14-336")
        #expect(try run("inspect", "YanweiLi/MGM-2B", "--towers", "towers").status == 0)
        #expect(try run("inspect", "YanweiLi/MGM-2B", "--tower-weights", "checkpoint").status == 0)
    }
}
