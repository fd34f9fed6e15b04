import Checkpoints
import Foundation
import TestSupport
import Testing

@Suite struct ModelCacheTests {
    private let name = "Salesforce/blip2-opt-2.7b"

    /// Each way in which the tools are told where their cache is, and where they then keep the model.
    @Test(arguments: [
        ("HF_HUB_CACHE", "a", "a"), ("HUGGINGFACE_HUB_CACHE", "b", "b"), ("HF_HOME", "c", "c/hub"),
        ("XDG_CACHE_HOME", "d", "d/huggingface/hub"), ("HOME", "e", "e/.cache/huggingface/hub"),
    ])
    func findsTheRevisionThatHuggingFaceNames(variable: String, value: String, cache: String) throws {
        let folder = try TemporaryFolder()
        let repository = "\(cache)/models--Salesforce--blip2-opt-2.7b"
        try folder.write("0123abc\n", as: "\(repository)/refs/main")
        try folder.write("{}", as: "\(repository)/snapshots/0123abc/config.json")
        try folder.write("{}", as: "\(repository)/snapshots/older/config.json")
        let found = ModelCache(environment: [variable: folder.path(value)]).folder(of: name)
        #expect(found?.path == folder.path("\(repository)/snapshots/0123abc"))
        #expect(ModelCache(environment: [variable: folder.path(value)]).folder(of: "Salesforce/other") == nil)
    }

    @Test(arguments: [
        ("MODELSCOPE_CACHE", "m", "m/hub/models/Salesforce/blip2-opt-2___7b"),
        ("MODELSCOPE_CACHE", "m", "m/models/Salesforce/blip2-opt-2___7b"),
        ("MODELSCOPE_CACHE", "m", "m/hub/Salesforce/blip2-opt-2___7b"),
        ("HOME", "h", "h/.cache/modelscope/hub/Salesforce/blip2-opt-2.7b"),
    ])
    func findsWhatModelScopeKeeps(variable: String, value: String, place: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("{}", as: "\(place)/config.json")
        #expect(
            ModelCache(environment: [variable: folder.path(value)]).folder(of: name)?.path == folder.path(place))
    }

    /// A name, or a reference in the cache, cannot lead out of the cache.
    @Test func nothingLeadsOutOfTheCache() throws {
        let folder = try TemporaryFolder()
        try folder.write("{}", as: "secret/config.json")
        try folder.write("../../../secret", as: "hub/models--a--b/refs/main")
        let cache = ModelCache(environment: ["HF_HUB_CACHE": folder.path("hub"), "HOME": folder.url.path])
        for name in ["a/b", "../secret", "a", "", "/", "a/", "a/b/c", "./secret", "a/.."] {
            #expect(cache.folder(of: name) == nil, "\(name)")
        }
    }

    @Test func aTildeIsTheHomeFolder() throws {
        let folder = try TemporaryFolder()
        try folder.write("1", as: "models/models--a--b/refs/main")
        try folder.write("{}", as: "models/models--a--b/snapshots/1/config.json")
        let environment = ["HF_HUB_CACHE": "~/models", "HOME": folder.url.path]
        #expect(ModelCache(environment: environment).folder(of: "a/b") != nil)
    }
}
