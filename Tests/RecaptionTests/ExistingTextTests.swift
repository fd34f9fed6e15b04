import Captioner
import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerRecaption

/// Texts that are there are treated as was asked for, once, however often the run is started and wherever it was killed.
@Suite(.timeLimit(.minutes(45))) struct ExistingTextTests {
    private let fixture: RunFixture

    init() async throws { fixture = try await RunFixture(batchSize: 8) }

    /// Makes images, of which the first two of every five have texts.
    private func makeImages(_ count: Int) throws {
        let pictures = (0..<6).map { fixture.bytes(fixture.folder.path("p\($0).png")) }
        for index in 0..<count {
            try fixture.folder.write(pictures[index % pictures.count], as: "in/\(name(index)).png")
            if hasText(index) { try fixture.folder.write(oldText(index) + "\n", as: "in/\(name(index)).txt") }
        }
    }

    private func name(_ index: Int) -> String { "\(10_000 + index)" }
    private func hasText(_ index: Int) -> Bool { index % 5 < 2 }
    private func oldText(_ index: Int) -> String { "tag \(index), tag" }

    private func text(_ index: Int) -> String {
        String(decoding: fixture.bytes(fixture.folder.path("in/\(name(index)).txt")), as: UTF8.self)
    }

    private func job(_ existing: ExistingText, anew: Bool = false) throws -> RecaptionJob {
        var job = fixture.job(try ImageList(inputs: [fixture.folder.path("in")]), .sidecar)
        job.sidecars.existing = existing
        if anew { job.mode = .overwrite }
        return job
    }

    /// The captions of the images, from a run that writes no text files.
    private func captions() async throws -> [String] {
        let job = fixture.job(try ImageList(inputs: [fixture.folder.path("in")]), .jsonl)
        try await fixture.run(job, "captions")
        return try fixture.lines(fixture.folder.path("captions")).map {
            try #require(try JSONParser.parse(Array($0.utf8))["caption"]?.text)
        }
    }

    private func expected(_ existing: ExistingText, _ index: Int, _ caption: String) -> String {
        guard hasText(index) else { return caption + "\n" }
        return switch existing {
        case .error, .skip: oldText(index) + "\n"
        case .overwrite: caption + "\n"
        case .append: "\(oldText(index)), \(caption)\n"
        case .prepend: "\(caption), \(oldText(index))\n"
        }
    }

    @Test(arguments: ExistingText.allCases) func aThousandImagesTwice(existing: ExistingText) async throws {
        let count = 1000
        try makeImages(count)
        let captions = try await captions()
        let first = try await fixture.run(try job(existing), "out")
        let keeps = existing == .skip
        #expect(first.failed == (existing == .error ? 400 : 0))
        #expect((first.done, first.spared) == (keeps || existing == .error ? 600 : 1000, keeps ? 400 : 0))
        #expect(first.images == (keeps ? 600 : 1000))
        let texts = (0..<count).map { expected(existing, $0, captions[$0]) }
        #expect((0..<count).map(text) == texts)
        let rows = fixture.lines(fixture.folder.path("out"))
        #expect(rows.count == count)
        #expect(rows.count { $0.contains("\"error\"") } == first.failed)
        #expect(rows.count { $0.hasSuffix(", tag\", \"kept\": \"old\"}") } == first.spared)

        // The same command has nothing to do.
        let again = try await fixture.run(try job(existing), "out")
        #expect((again.resumed, again.finished) == (count, 0))
        #expect(fixture.lines(fixture.folder.path("out")) == rows)
        #expect((0..<count).map(text) == texts)

        // One that begins anew adds nothing that is there, and finds the texts of the first.
        let anew = try await fixture.run(try job(existing, anew: true), "out")
        #expect((0..<count).map(text) == texts)
        #expect(anew.failed == first.failed)
        #expect((anew.images, anew.spared) == (keeps ? 0 : 1000, keeps ? 1000 : 0))
        if !keeps { #expect(fixture.lines(fixture.folder.path("out")) == rows) }
    }

    /// Text files were written, and the rows of their images were not.
    @Test(arguments: ExistingText.allCases) func aRunThatWasKilledResumes(existing: ExistingText) async throws {
        let count = 60
        try makeImages(count)
        // A text that says what the image's caption will be is an old text all the same.
        let captions = try await captions()
        try fixture.folder.write(captions[31] + "\n", as: "in/\(name(31)).txt")
        let before = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path("in")).filter {
            $0.hasSuffix(".txt")
        }.map { ($0, fixture.bytes(fixture.folder.path("in/\($0)"))) }
        try await fixture.run(try job(existing), "whole")
        let whole = fixture.files("whole")
        let (rows, errors) = (fixture.bytes(whole.output), fixture.bytes(whole.errors))
        let texts = (0..<count).map(text)
        for lost in [0, 1, 7, 8, 20] {
            for index in 0..<count {
                try? FileManager.default.removeItem(atPath: fixture.folder.path("in/\(name(index)).txt"))
            }
            for (name, bytes) in before { try fixture.folder.write(bytes, as: "in/\(name)") }
            var first = try job(existing, anew: true)
            first.limit = 40
            #expect(try await fixture.run(first, "out").finished == 40)
            let files = fixture.files("out")
            let kept = fixture.lines(files.output).dropLast(lost).map { $0 + "\n" }.joined()
            try fixture.folder.write(String(kept.dropLast(lost > 0 ? 3 : 0)), as: "out")
            try await fixture.run(try job(existing), "out")
            #expect(fixture.bytes(files.output) == rows, "\(lost) rows lost")
            #expect(fixture.bytes(files.errors) == errors, "\(lost) rows lost")
            #expect((0..<count).map(text) == texts, "\(lost) rows lost")
            #expect(try RunDescription(path: files.description).isFinished)
        }
    }

    /// A text that came to be there after the run began is kept by a run that skips texts.
    @Test func aTextThatSomebodyWritesMeanwhileIsKept() async throws {
        try makeImages(10)
        var limited = try job(.skip)
        limited.limit = 3
        try await fixture.run(limited, "out")
        try fixture.folder.write("by hand\n", as: "in/\(name(7)).txt")
        let result = try await fixture.run(try job(.skip), "out")
        #expect(result.failed == 0)
        #expect(text(7) == "by hand\n")
        let rows = fixture.lines(fixture.folder.path("out"))
        #expect(rows[7] == #"{"image": "\#(name(7)).png", "caption": "by hand", "kept": "old"}"#)
    }

    @Test func whatIsNoTextIsReported() async throws {
        try makeImages(10)
        try fixture.folder.write([0xFF, 0xFE, 0x41, 0x00], as: "in/\(name(0)).txt")
        for existing in [ExistingText.skip, .append] {
            let result = try await fixture.run(try job(existing, anew: true), "out")
            #expect(result.failed == 1)
            #expect(fixture.lines(fixture.files("out").errors).count { $0.contains("not UTF-8") } == 1)
            #expect(fixture.bytes(fixture.folder.path("in/\(name(0)).txt")) == [0xFF, 0xFE, 0x41, 0x00])
        }
    }

    /// Another rule for texts is another run; a retry has its own look at them.
    @Test func otherRulesAreRefusedAndRetriesLookAgain() async throws {
        try makeImages(10)
        try fixture.folder.write("<html>", as: "in/\(name(2)).png")
        try await fixture.run(try job(.skip), "out")
        let path = fixture.folder.path("out")
        await #expect(
            throws: RecaptionError.otherRun(path: path, differences: ["existing was skip and is append"])
        ) { try await fixture.run(try job(.append), "out") }
        try fixture.folder.write("by hand\n", as: "in/\(name(2)).txt")
        var retry = try job(.skip)
        retry.mode = .retryFailed
        let result = try await fixture.run(retry, "out")
        #expect((result.failed, result.spared, result.images) == (0, 1, 0))
        #expect(text(2) == "by hand\n")
    }

    @Test func otherExtensionsAndEdits() async throws {
        try makeImages(10)
        var job = try job(.append)
        job.sidecars.ending = Array(".caption".utf8)
        var edits = CaptionEdits()
        edits.prefix = try CaptionTemplate("{folder}/{name}: ")
        edits.maxWords = 2
        job.rewriting.edits = edits
        #expect(try await fixture.run(job, "out").failed == 0)
        #expect(text(0) == oldText(0) + "\n")
        let caption = String(decoding: fixture.bytes(fixture.folder.path("in/\(name(0)).caption")), as: UTF8.self)
        #expect(caption.hasPrefix("in/\(name(0)): "))
        #expect(caption.split(separator: " ").count == 3)
        let row = try #require(fixture.lines(fixture.folder.path("out")).first)
        #expect(row == #"{"image": "\#(name(0)).png", "caption": "\#(caption.dropLast())"}"#)
        job.rewriting.edits = nil
        await #expect(throws: RecaptionError.self) { try await fixture.run(job, "out") }
    }

    /// Samples with several images, some of which have texts.
    @Test func imagesOfSamplesAreSkippedOneByOne() async throws {
        try makeImages(4)
        let names = (0..<4).map { "\"in/\(name($0)).png\"" }
        let set = try fixture.folder.write(
            """
            {"text": "<__dj__image> <__dj__image> <|__dj__eoc|>", "images": [\(names[2]), \(names[1])]}
            {"text": "<__dj__image> <__dj__image> <|__dj__eoc|>", "images": [\(names[0]), \(names[3])]}

            """, as: "set.jsonl")
        var job = fixture.job(try DataSet(path: set.path), .sidecar)
        job.sidecars.existing = .skip
        let result = try await fixture.run(job, "out")
        #expect((result.images, result.sparedImages) == (2, 2))
        let rows = fixture.lines(fixture.folder.path("out"))
        #expect(rows.map { $0.contains("\"kept\"") } == [false, true, true, false])
    }
}
