import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerCheckpoints

struct CheckpointTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }

    private func error() throws -> CheckpointError {
        try #require(throws: CheckpointError.self) { try Checkpoint(folder: folder.url) }
    }

    private func write(_ tensors: [String], to name: String) throws {
        try FileManager.default.createDirectory(
            at: folder.url.appendingPathComponent(name).deletingLastPathComponent(), withIntermediateDirectories: true)
        try SafetensorsWriter.write(
            tensors.map { ($0, .float32(shape: [1], values: [Float($0.count)])) },
            to: folder.url.appendingPathComponent(name))
    }

    private func writeIndex(_ map: String) throws {
        try folder.write(#"{"metadata":{"total_size":4},"weight_map":\#(map)}"#, as: ShardIndex.fileName)
    }

    @Test func oneFileIsEnough() throws {
        try write(["b", "a.long"], to: "model.safetensors")
        let checkpoint = try Checkpoint(folder: folder.url)
        #expect(checkpoint.folder.string == folder.url.path)
        #expect(checkpoint.tensors.map(\.name) == ["a.long", "b"])
        #expect(checkpoint.tensors.map(\.shape) == [[1], [1]])
        #expect(checkpoint.tensors.map(\.file.string) == [path("model.safetensors"), path("model.safetensors")])
        #expect(checkpoint.tensors[0].byteRange.upperBound == checkpoint.tensors[1].byteRange.lowerBound)
        #expect(try values(of: checkpoint.weights().parameter("a.long", shape: [1])) == [6])
    }

    @Test func shardsAreOneCheckpoint() throws {
        try write(["a", "not indexed"], to: "model-00001-of-00002.safetensors")
        try write(["bb"], to: "parts/model-00002-of-00002.safetensors")
        try writeIndex(#"{"a":"model-00001-of-00002.safetensors","bb":"parts/model-00002-of-00002.safetensors"}"#)
        let checkpoint = try Checkpoint(folder: folder.url)
        #expect(checkpoint.tensors.map(\.name) == ["a", "bb", "not indexed"])
        let weights = checkpoint.weights()
        #expect(try values(of: weights.parameter("bb", shape: [1])) == [2])
        #expect(try values(of: weights.parameter("a", shape: [1])) == [1])
    }

    @Test func shardsMayBeSymbolicLinks() throws {
        try write(["a"], to: "blobs/0123")
        try FileManager.default.createSymbolicLink(
            atPath: path("model-1.safetensors"), withDestinationPath: "blobs/0123")
        try writeIndex(#"{"a":"model-1.safetensors"}"#)
        #expect(try Checkpoint(folder: folder.url).tensors.map(\.name) == ["a"])
    }

    @Test func theSingleFileGoesBeforeTheShards() throws {
        try write(["single"], to: "model.safetensors")
        try writeIndex(#"{"a":"missing"}"#)
        #expect(try Checkpoint(folder: folder.url).tensors.map(\.name) == ["single"])
    }

    @Test func reportsWhatWasLookedFor() throws {
        let cause = "neither model.safetensors nor model.safetensors.index.json is in this folder"
        #expect(try error().description == "\(folder.url.path): \(cause)")
        try folder.write([1], as: "pytorch_model-00001-of-00002.bin")
        let advice = "; to convert them: python weights-tools/convert_bin.py \(folder.url.path) NEW-FOLDER"
        #expect(
            try error().description == "\(folder.url.path): \(cause), only pytorch_model-00001-of-00002.bin\(advice)")
        try folder.write([1], as: "pytorch_model-00002-of-00002.bin")
        #expect(
            try error().description
                == "\(folder.url.path): \(cause), only pytorch_model-00001-of-00002.bin and the like\(advice)")

        let started = try TemporaryFolder()
        try started.write([1], as: "model-00001-of-00002.safetensors")
        let shard = try #require(throws: CheckpointError.self) { try Checkpoint(folder: started.url) }.description
        #expect(
            shard.hasSuffix(
                "only model-00001-of-00002.safetensors; if these are shards, their download is not complete"))
        let lavis = try TemporaryFolder()
        try lavis.write([1], as: "blip2_pretrained_opt2.7b.pth")
        let message = try #require(throws: CheckpointError.self) { try Checkpoint(folder: lavis.url) }.description
        #expect(message.contains("\(cause), only blip2_pretrained_opt2.7b.pth, which LAVIS and others write; what is"))

        let pretrained = try TemporaryFolder()
        try pretrained.write([1], as: "mm_projector.bin")
        let way = try #require(throws: CheckpointError.self) { try Checkpoint(folder: pretrained.url) }.description
        #expect(way.contains("\(cause), only mm_projector.bin, which MGM's pretraining writes; to make a whole model"))
        #expect(way.hasSuffix("convert_bin.py \(pretrained.url.path) NEW-FOLDER --language-model GEMMA-2B-IT"))

        let missing = folder.url.appendingPathComponent("missing")
        #expect(throws: CheckpointError.noWeights(folder: missing.path, cause: "no such folder")) {
            try Checkpoint(folder: missing)
        }
        let file = try folder.write("x", as: "file")
        #expect(throws: CheckpointError.noWeights(folder: file.path, cause: "this is a file; a checkpoint is a folder"))
        {
            try Checkpoint(folder: file)
        }
    }

    @Test func aBrokenFileIsNamed() throws {
        try folder.write("x", as: "model.safetensors")
        #expect(try error().description.hasPrefix("\(path("model.safetensors")) is malformed: it has 1 bytes"))
        try FileManager.default.removeItem(atPath: path("model.safetensors"))
        try FileManager.default.createDirectory(atPath: path("model.safetensors"), withIntermediateDirectories: false)
        #expect(try error() == .unreadable(file: path("model.safetensors"), cause: "it is a folder"))
    }

    @Test func shardsHaveToFitTheirIndex() throws {
        try write(["a"], to: "one")
        try write(["a", "b"], to: "two")
        let index = path(ShardIndex.fileName)
        let prefix = "does not fit the other files of its checkpoint:"

        try writeIndex(#"{"a":"one","b":"three"}"#)
        #expect(try error().description == "\(index) \(prefix) it names the shard \"three\", which does not exist")
        try writeIndex(#"{"a":"one","b":"one"}"#)
        #expect(
            try error().description
                == "\(path("one")) \(prefix) it should hold tensor \"b\" according to the index, but does not")
        try writeIndex(#"{"a":"one","b":"two"}"#)
        #expect(try error().description == "\(path("two")) \(prefix) tensor \"a\" is also in \"one\"")
        // Of a repeated name the last counts, as in Python.
        try writeIndex(#"{"a":"two","a":"one"}"#)
        #expect(throws: Never.self) { try Checkpoint(folder: folder.url) }
    }

    @Test(arguments: [
        "../one", "/one", "sub/../../one", "sub\\\\..\\\\one", "C:one", "", ".", "sub//one", "one\\u0000",
        "../\u{301}one", "sub/..\\u002f\u{338}..",
    ])
    func shardsHaveToBeInTheFolder(shard: String) throws {
        try writeIndex(#"{"a":"\#(shard)"}"#)
        let message = try error().description
        #expect(message.hasPrefix("\(path(ShardIndex.fileName)) is malformed: tensor \"a\" would come from \""))
        #expect(message.hasSuffix("\", which is not a file below this folder"))
    }

    @Test func theIndexHasToBeOne() throws {
        let prefix = "\(path(ShardIndex.fileName)) is malformed: "
        try writeIndex("[]")
        #expect(try error().description == prefix + "it has no object \"weight_map\"")
        try folder.write("[]", as: ShardIndex.fileName)
        #expect(try error().description == prefix + "it has no object \"weight_map\"")
        try folder.write("{", as: ShardIndex.fileName)
        #expect(try error().description == prefix + "it is not valid JSON: expected a key in quotation marks at byte 1")
        try writeIndex("{}")
        #expect(try error().description == prefix + "its \"weight_map\" is empty")
        try writeIndex(#"{"a":1}"#)
        #expect(try error().description == prefix + "the shard of tensor \"a\" is 1, not a string")
    }
}
