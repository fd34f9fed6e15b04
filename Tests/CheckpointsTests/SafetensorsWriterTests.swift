import Foundation
import TestSupport
import Testing

@testable import CaptionerCheckpoints

struct SafetensorsWriterTests {
    private let folder: TemporaryFolder
    private let url: URL

    init() throws {
        folder = try TemporaryFolder()
        url = folder.url.appendingPathComponent("trace.safetensors")
    }

    @Test func whatIsWrittenIsRead() throws {
        try SafetensorsWriter.write(
            [
                ("logits", .float32(shape: [2, 2], values: [1, -2, .nan, .leastNonzeroMagnitude])),
                ("token_ids", .int64(shape: [2], values: [.min, .max])),
                ("Ü\u{1F}/\"", .float32(shape: [], values: [0.1])),
            ], metadata: ["b": "2\n", "a": "\\"], to: url)
        let file = try SafetensorsFile(url)
        #expect(file.tensors.map(\.name) == ["token_ids", "logits", "Ü\u{1F}/\""])
        #expect(file.tensors.map(\.shape) == [[2], [2, 2], []])
        #expect(file.metadata == ["b": "2\n", "a": "\\"])
        #expect(file.withBytes(of: file.tensors[0]) { Array($0) } == bytes([Int64.min, .max]))
        #expect(
            file.withBytes(of: file.tensors[1]) { Array($0) }
                == bytes([1, -2, .nan, .leastNonzeroMagnitude] as [Float]))
        #expect(file.tensors[0].byteRange.lowerBound % 8 == 0, "the header is padded so that the data is aligned")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["trace.safetensors"])
    }

    @Test func anEmptyFileIsWritten() throws {
        try SafetensorsWriter.write([], to: url)
        #expect(try Array(Data(contentsOf: url)) == safetensors("{}      "))
        #expect(try SafetensorsFile(url).tensors.isEmpty)
    }

    @Test func anotherFileIsReplacedOnlyByAWholeOne() throws {
        try folder.write("old", as: "trace.safetensors")
        let bad: [(String, SafetensorsWriter.Tensor)] = [("a", .float32(shape: [2], values: [1]))]
        #expect(throws: CheckpointError.self) { try SafetensorsWriter.write(bad, to: url) }
        #expect(try String(contentsOf: url, encoding: .utf8) == "old")
        try SafetensorsWriter.write([("a", .float32(shape: [1], values: [1]))], to: url)
        #expect(try SafetensorsFile(url).tensors.count == 1)
    }

    @Test func refusesWhatCannotBeRead() throws {
        func message(_ tensors: [(String, SafetensorsWriter.Tensor)], to url: URL) throws -> String {
            try #require(throws: CheckpointError.self) { try SafetensorsWriter.write(tensors, to: url) }.description
        }
        let prefix = "cannot write \(url.path): "
        let one = SafetensorsWriter.Tensor.float32(shape: [1], values: [1])
        #expect(try message([("a", one), ("a", one)], to: url) == prefix + "two tensors have the name \"a\"")
        #expect(
            try message([("__metadata__", one)], to: url) == prefix + "no tensor can have the name \"__metadata__\"")
        let short = SafetensorsWriter.Tensor.int64(shape: [2, 3], values: [1])
        #expect(try message([("a", short)], to: url) == prefix + "tensor \"a\" of shape [2, 3] got 1 values")
        let negative = SafetensorsWriter.Tensor.float32(shape: [-1], values: [])
        #expect(try message([("a", negative)], to: url) == prefix + "tensor \"a\" of shape [-1] got 0 values")
        let nowhere = folder.url.appendingPathComponent("missing/trace.safetensors")
        #expect(try message([("a", one)], to: nowhere).hasPrefix("cannot write \(nowhere.path): "))
    }
}
