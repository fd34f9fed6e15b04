import CaptionerCheckpoints
import Foundation
import SystemPackage
import TestSupport
import Testing

/// Where a model is looked for by name. `weights-tools/comparisons/model_caches.py` verifies the same with the tools.
@Suite struct ModelCacheTests {
    private let name = "Salesforce/blip2-opt-2.7b"
    private let repository = "models--Salesforce--blip2-opt-2.7b"
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The place of the found folder below the test's own; variables hold places below it too, but for those with `~`
    /// or `$`.
    private func found(_ name: String, _ variables: [String: String]) -> String? {
        let environment = variables.mapValues { $0.first == "~" || $0.first == "$" ? $0 : folder.path($0) }
        return ModelCache(environment: environment).folder(of: name)?.string.replacingOccurrences(
            of: folder.url.path + "/", with: "")
    }

    /// Each setting by which the tools find their cache, and where they then keep the model.
    @Test(arguments: [
        (["HF_HUB_CACHE": "a"], "a"), (["HUGGINGFACE_HUB_CACHE": "b"], "b"), (["HF_HOME": "c"], "c/hub"),
        (["XDG_CACHE_HOME": "d"], "d/huggingface/hub"), (["HOME": "e"], "e/.cache/huggingface/hub"),
        (["TRANSFORMERS_CACHE": "f"], "f"), (["PYTORCH_TRANSFORMERS_CACHE": "g"], "g"),
        (["HF_HUB_CACHE": "~/h", "HOME": "x"], "x/h"), (["HF_HOME": "$D/i", "D": "x"], "x/i/hub"),
        (["HF_HOME": "${D}", "D": "x"], "x/hub"),
        (["HF_HUB_CACHE": "a", "HUGGINGFACE_HUB_CACHE": "b", "HF_HOME": "c", "HOME": "e"], "a"),
        (["HUGGINGFACE_HUB_CACHE": "b", "HF_HOME": "c", "XDG_CACHE_HOME": "d"], "b"),
        (["HF_HOME": "c", "XDG_CACHE_HOME": "d", "HOME": "e"], "c/hub"),
    ])
    func findsTheCommitThatHuggingFaceNames(variables: [String: String], cache: String) throws {
        try folder.write("0123abc", as: "\(cache)/\(repository)/refs/main")
        try folder.write("{}", as: "\(cache)/\(repository)/snapshots/0123abc/config.json")
        try folder.write("{}", as: "\(cache)/\(repository)/snapshots/older/config.json")
        #expect(found(name, variables) == "\(cache)/\(repository)/snapshots/0123abc")
        #expect(found("Salesforce/other", variables) == nil)
    }

    @Test func aRevisionIsACommitABranchOrATag() throws {
        try folder.write("1111", as: "\(repository)/refs/main")
        try folder.write("2222", as: "\(repository)/refs/v1.0")
        try folder.write("3333", as: "\(repository)/refs/refs/pr/1")
        for commit in ["1111", "2222", "3333", "4444"] {
            try folder.write("{}", as: "\(repository)/snapshots/\(commit)/config.json")
        }
        let variables = ["HF_HUB_CACHE": ""]
        for (revision, commit) in [
            ("", "1111"), ("@main", "1111"), ("@v1.0", "2222"), ("@refs/pr/1", "3333"), ("@4444", "4444"),
        ] {
            #expect(found(name + revision, variables) == "\(repository)/snapshots/\(commit)")
        }
        #expect(found(name + "@5555", variables) == nil)
    }

    /// A download of one commit leaves no `refs/main`.
    @Test func withoutAReferenceTheOnlySnapshotIsMeant() throws {
        try folder.write("{}", as: "\(repository)/snapshots/1111/config.json")
        #expect(found(name, ["HF_HUB_CACHE": ""]) == "\(repository)/snapshots/1111")
        try folder.write("{}", as: "\(repository)/snapshots/2222/config.json")
        #expect(found(name, ["HF_HUB_CACHE": ""]) == nil)
    }

    /// Each place that a version of modelscope has had.
    @Test(arguments: [
        (["MODELSCOPE_CACHE": "m"], "m/models/Salesforce--blip2-opt-2.7b/snapshots/master"),
        (["HOME": "h"], "h/.cache/modelscope/models/Salesforce--blip2-opt-2.7b/snapshots/master"),
        (["HOME": "h"], "h/.cache/modelscope/models/Salesforce--blip2-opt-2.7b/snapshots/v1"),
        (["MODELSCOPE_CACHE": "m"], "m/models/Salesforce/blip2-opt-2___7b"),
        (["HOME": "h"], "h/.cache/modelscope/hub/models/Salesforce/blip2-opt-2___7b"),
        (["HOME": "h", "XDG_CACHE_HOME": "x"], "h/.cache/modelscope/hub/models/Salesforce/blip2-opt-2___7b"),
        (["MODELSCOPE_CACHE": "m"], "m/hub/Salesforce/blip2-opt-2___7b"),
        (["HOME": "h"], "h/.cache/modelscope/hub/Salesforce/blip2-opt-2___7b"),
        (["MODELSCOPE_CACHE": "m"], "m/Salesforce/blip2-opt-2.7b"),
        (["HOME": "h"], "h/.cache/modelscope/hub/Salesforce/blip2-opt-2.7b"),
        (["MODELSCOPE_CACHE": "~/m", "HOME": "h"], "h/m/models/Salesforce/blip2-opt-2___7b"),
    ])
    func findsWhatModelScopeKeeps(variables: [String: String], place: String) throws {
        try folder.write("{}", as: "\(place)/config.json")
        #expect(found(name, variables) == place)
    }

    @Test func aRevisionOfModelScopeHasASnapshotOfItsName() throws {
        let snapshots = "models/Salesforce--blip2-opt-2.7b/snapshots"
        for revision in ["master", "v1.0.1"] { try folder.write("{}", as: "\(snapshots)/\(revision)/config.json") }
        #expect(found(name, ["MODELSCOPE_CACHE": ""]) == "\(snapshots)/master")
        #expect(found(name + "@v1.0.1", ["MODELSCOPE_CACHE": ""]) == "\(snapshots)/v1.0.1")
        #expect(found(name + "@v2", ["MODELSCOPE_CACHE": ""]) == nil)
    }

    /// A tokenizer in one cache does not hide the model in another, nor `.bin` files safetensors.
    @Test func theFolderWithTheBestWeightsIsTaken() throws {
        let variables = ["HF_HUB_CACHE": "hf", "TRANSFORMERS_CACHE": "tf", "MODELSCOPE_CACHE": "ms"]
        let places = [
            "hf/\(repository)/snapshots/1", "tf/\(repository)/snapshots/1", "ms/models/Salesforce/blip2-opt-2___7b",
        ]
        try folder.write("1", as: "hf/\(repository)/refs/main")
        for place in places { try folder.write("{}", as: "\(place)/tokenizer.json") }
        #expect(found(name, variables) == places[0])
        try folder.write("", as: "\(places[1])/pytorch_model.bin")
        #expect(found(name, variables) == places[1])
        try folder.write("", as: "\(places[2])/model.safetensors")
        #expect(found(name, variables) == places[2])
    }

    /// In a snapshot of Hugging Face a file is a link, which a tool makes when the file that it leads to is complete.
    @Test func aLinkToNothingIsNoWeights() throws {
        let snapshot = "\(repository)/snapshots/1"
        try folder.write("{}", as: "\(snapshot)/config.json")
        let link = folder.path("\(snapshot)/model.safetensors")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "../../blobs/abc")
        let place = try #require(ModelCache(environment: ["HF_HUB_CACHE": folder.url.path]).folder(of: name))
        #expect(!ModelCache.holdsWeights(place))
        try folder.write("x", as: "\(repository)/blobs/abc")
        #expect(ModelCache.holdsWeights(place))
    }

    /// A name, or a reference in the cache, cannot lead out of the cache.
    @Test func nothingLeadsOutOfTheCache() throws {
        try folder.write("{}", as: "secret/config.json")
        try folder.write("../../../secret", as: "hub/models--a--b/refs/main")
        try folder.write("{}", as: "hub/models--a--b/snapshots/1/config.json")
        let cache = ModelCache(environment: ["HF_HUB_CACHE": folder.path("hub"), "HOME": folder.url.path])
        for name in [
            "a/b", "../secret", "a", "", "/", "a/", "a/b/c", "./secret", "a/..", "a/b@", "a/b@../../../secret", "a/b@/",
            "a/b@1/..", "a/b@1@1", "a\\b/c", "a/b\0", "ä/b", "a /b",
        ] {
            #expect(cache.folder(of: name) == nil, "\(name)")
        }
        #expect(cache.folder(of: "a/b@1") != nil)
    }

    /// What the tools keep is listed by the names that lead to it.
    @Test func namesOfAllModelsAreListed() throws {
        for place in [
            "h/models--Salesforce--blip2-opt-2.7b/snapshots/1111", "h/models--a--b/snapshots/2222",
            "m/models/Some--one/snapshots/master", "m/models/Salesforce/blip2-opt-2___7b", "m/hub/org/older",
            // No models: a data set, a name without an organization, a folder without a model, a hidden one.
            "h/datasets--a--set/snapshots/1", "h/models--gpt2/snapshots/1", "m/hub/.lock/x",
        ] { try folder.write("{}", as: "\(place)/config.json") }
        try folder.write("text", as: "m/temp/x/README.md")
        try folder.write("3333", as: "h/models--no--snapshot/refs/main")
        let cache = ModelCache(environment: [
            "HF_HUB_CACHE": folder.path("h"), "MODELSCOPE_CACHE": folder.path("m"), "HF_HOME": "",
        ])
        let names = cache.modelNames()
        #expect(names == ["Salesforce/blip2-opt-2.7b", "Some/one", "a/b", "org/older"])
        for name in names { #expect(cache.folder(of: name) != nil, "\(name)") }
        #expect(cache.places.map(\.owner) == ["Hugging Face", "ModelScope"])
        #expect(cache.places.map(\.folder.string) == [folder.path("h"), folder.path("m")])
        #expect(cache.settings.map(\.name) == ["HF_HUB_CACHE", "MODELSCOPE_CACHE"])
        #expect(ModelCache(environment: ["HF_HUB_CACHE": folder.path("none")]).modelNames() == [])
    }
}
