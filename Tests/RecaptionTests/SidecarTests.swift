import Captioner
import CaptionerFiles
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerRecaption

/// A text file beside images has one owner, whatever part of the input a run captions.
@Suite(.timeLimit(.minutes(45))) struct SidecarTests {
    private let fixture: RunFixture

    init() async throws {
        fixture = try await RunFixture(batchSize: 2)
        // Two pairs share a text file. Two stems only look alike.
        let names = ["a.b.jpg", "a.jpg", "a.png", "b.png", "cafe\u{301}.png", "caf\u{E9}.png", "z.jpg", "z.png"]
        try FileManager.default.createDirectory(atPath: fixture.folder.path("in"), withIntermediateDirectories: false)
        for (index, name) in names.enumerated() {
            try fixture.folder.copy(fixture.folder.url.appendingPathComponent("p\(index % 6).png"), as: "in/\(name)")
        }
    }

    private func job(_ inputs: String..., overwrite: Bool = false) throws -> RecaptionJob {
        let input = try ImageList(inputs: inputs.map { fixture.folder.path($0) })
        var job = fixture.job(input, .sidecar)
        if overwrite { job.mode = .overwrite }
        return job
    }

    private func text(_ name: String) -> String {
        String(decoding: fixture.bytes(fixture.folder.path(name)), as: UTF8.self)
    }

    /// Messages of records, by image.
    private func failures(_ output: String) throws -> [String: String] {
        var failures: [String: String] = [:]
        for line in fixture.lines(fixture.files(output).errors) {
            let record = try ErrorRecord(line: Array(line.utf8))
            failures[record.image ?? ""] = "\(record.stage): \(record.message)"
        }
        return failures
    }

    private func belongs(_ text: String, to image: String) -> String {
        "write: cannot write \(fixture.folder.path(text)): it belongs to an image that comes first (\(image))"
    }

    @Test(arguments: [false, true]) func theSecondImageOfAStemIsRefused(overwrite: Bool) async throws {
        let result = try await fixture.run(try job("in", overwrite: overwrite), "out")
        #expect((result.done, result.failed) == (6, 2))
        let expected = ["a.png": belongs("in/a.txt", to: "a.jpg"), "z.png": belongs("in/z.txt", to: "z.jpg")]
        #expect(try failures("out") == expected)
        #expect(result.errorsByCause["write: it belongs to an image that comes first"] == 2)
        let first = try #require(fixture.lines(fixture.folder.path("out")).first { $0.contains("\"a.jpg\"") })
        #expect(first.contains("\"caption\": \"\(text("in/a.txt").dropLast())\""))
        let before = [text("out"), text("out.errors.jsonl"), text("in/a.txt"), text("in/z.txt")]

        // As does a run that was interrupted between the two, and one that tries again.
        var limited = try job("in", overwrite: true)
        limited.limit = 2
        try await fixture.run(limited, "out")
        try await fixture.run(try job("in"), "out")
        #expect([text("out"), text("out.errors.jsonl"), text("in/a.txt"), text("in/z.txt")] == before)
        var again = try job("in")
        again.mode = .retryFailed
        try await fixture.run(again, "out")
        #expect([text("out"), text("out.errors.jsonl"), text("in/a.txt"), text("in/z.txt")] == before)
    }

    /// Shards hold different ones of a pair, and may run in any order.
    @Test(arguments: [false, true]) func shardsDecideAlike(overwrite: Bool) async throws {
        try await fixture.run(try job("in", overwrite: overwrite), "whole")
        for name in ["a", "b", "z"] { try fixture.folder.write("", as: "in/\(name).txt") }
        for number in [8, 3, 5, 1, 2, 4, 6, 7] {
            var job = try job("in", overwrite: true)
            job.shard = try #require(Shard(number: number, count: 8))
            try await fixture.run(job, "part\(number)")
        }
        let merge = try ShardMerge((1...8).map { fixture.files("part\($0)").output })
        _ = try merge(to: fixture.files("merged").output)
        #expect(text("merged") == text("whole"))
        #expect(text("merged.errors.jsonl") == text("whole.errors.jsonl"))
        let row = try #require(fixture.lines(fixture.folder.path("whole")).first { $0.contains("\"a.jpg\"") })
        #expect(row.contains("\"caption\": \"\(text("in/a.txt").dropLast())\""))
    }

    /// Other names of the same image, and links to its folder, are no other image.
    @Test func oneImageUnderSeveralNames() async throws {
        try FileManager.default.createSymbolicLink(
            atPath: fixture.folder.path("link"), withDestinationPath: fixture.folder.path("in"))
        let same = try await fixture.run(try job("in/a.jpg", "in/./a.jpg", "link/a.jpg"), "same")
        #expect((same.done, same.failed) == (3, 0))
        let other = try await fixture.run(try job("in/a.jpg", "link/a.png", overwrite: true), "other")
        #expect((other.done, other.failed) == (1, 1))
        #expect(try failures("other").values.first == belongs("link/a.txt", to: fixture.folder.path("in/a.jpg")))
    }

    /// An image may be called as a text file is.
    @Test(arguments: ["in/b.txt", "link/b.txt"]) func imagesAreNotReplaced(name: String) async throws {
        try FileManager.default.createSymbolicLink(
            atPath: fixture.folder.path("link"), withDestinationPath: fixture.folder.path("in"))
        try fixture.folder.copy(fixture.folder.url.appendingPathComponent("p5.png"), as: "in/b.txt")
        let picture = text("in/b.txt")
        for inputs in [("in/b.png", name), (name, "in/b.png")] {
            let result = try await fixture.run(try job(inputs.0, inputs.1, overwrite: true), "out")
            #expect((result.done, result.failed) == (0, 2))
            #expect(result.errorsByCause == ["write: it is an image of this input": 2])
            #expect(text("in/b.txt") == picture)
        }
    }

    /// A caption from before that stays beside an image without a new one is reported, and only then.
    @Test(arguments: [false, true]) func aTextFileFromBeforeIsReported(overwrite: Bool) async throws {
        let folder = fixture.folder
        for (image, text) in [("in/broken.png", "old\n"), ("in/whole.png", nil), ("in/empty.png", nil)] {
            try folder.write("<html>", as: image)
            if let text { try folder.write(text, as: image.replacing(".png", with: ".txt")) }
        }
        try folder.copy(folder.url.appendingPathComponent("p0.png"), as: "in/whole2.png")
        try folder.write("old\n", as: "in/gone.txt")
        let names = ["in/broken.png", "in/whole.png", "in/empty.png", "in/gone.png", "in/whole2.png"]
        let input = try ImageList(inputs: names.map { folder.path($0) })
        var job = fixture.job(input, .sidecar)
        job.mode = overwrite ? .overwrite : .resume
        let result = try await fixture.run(job, "out")
        let note = "; the text file beside it is from before"
        let failures = try failures("out")
        #expect(failures.count == 4)
        for (name, message) in failures {
            #expect(
                message.hasSuffix(note) == (name.hasSuffix("broken.png") || name.hasSuffix("gone.png")), "\(message)")
        }
        #expect(result.errorsByCause.keys.contains { $0.hasSuffix(note) })
        #expect(text("in/broken.txt") == "old\n" && text("in/gone.txt") == "old\n")
        #expect(fixture.lines(folder.path("out")).first?.contains(note) == true)
    }

    /// Of samples, prompts count as well as images.
    @Test func samplesShareATextFileOnlyIfTheirCaptionsAreTheSame() async throws {
        let samples = [
            ("in/b.png", "red"), ("in/b.png", "red"), ("in/b.png", "blue"), ("in/a.png", "red"), ("in/a.jpg", "red"),
        ].map { #"{"text": "<__dj__image>", "images": ["\#($0)"], "prompt": "\#($1)"}"# }
        let file = try fixture.folder.write(samples.joined(separator: "\n") + "\n", as: "set.jsonl")
        var fields = DataSetFields()
        fields.prompt = "prompt"
        var job = fixture.job(try DataSet(path: file.path, fields: fields), .sidecar)
        let result = try await fixture.run(job, "out")
        #expect((result.done, result.failed) == (3, 2))
        let rows = fixture.lines(fixture.folder.path("out"))
        #expect(rows.map { $0.contains("\"error\"") } == [false, false, true, false, true])
        #expect(rows[2].contains("(in/b.png with another prompt)"), "\(rows[2])")
        #expect(rows[4].contains("(in/a.png)"), "\(rows[4])")
        // A part of the input knows the rest of it.
        job.shard = try #require(Shard("5/5"))
        #expect(try await fixture.run(job, "part").failed == 1)
    }
}
