import Captioner
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerFiles
@testable import CaptionerRecaption

/// Runs over archives: rows, archives with new texts, resuming at any byte, trying again.
@Suite(.timeLimit(.minutes(20))) struct ArchiveRunTests {
    let fixture: RunFixture

    init() async throws { fixture = try await RunFixture() }

    /// An archive of the fixture's pictures, one broken, one without a text, and a sample without an image.
    private func archive(_ name: String = "a.tar") throws -> GivenPath {
        var bytes: [UInt8] = []
        let header = try #require(TarHeader(Self.block))
        func add(_ name: String, _ contents: [UInt8]) {
            bytes += header.headers(name: Array(name.utf8), size: contents.count) + contents
            bytes += TarContents.padding(contents.count)
        }
        for (number, picture) in ["p0", "bad", "p1", "same", "p2", "p3"].enumerated() {
            add("\(number).png", fixture.bytes(fixture.folder.path("\(picture).png")))
            if number != 2 { add("\(number).txt", Array("an old text, no. \(number)\n".utf8)) }
            add("\(number).json", Array(#"{"n": \#(number)}"#.utf8))
        }
        add("other.txt", Array("no image".utf8))
        bytes += [UInt8](repeating: 0, count: 1024)
        return GivenPath(FilePath(try fixture.folder.write(bytes, as: name).path))
    }

    /// A header of which others are made.
    private static var block: [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        block.replaceSubrange(0..<1, with: Array("x".utf8))
        block.replaceSubrange(100..<107, with: Array("0000644".utf8))
        block.replaceSubrange(124..<135, with: Array("00000000000".utf8))
        block[156] = UInt8(ascii: "0")
        block.replaceSubrange(257..<265, with: Array("ustar\u{0}00".utf8))
        let sum = block.reduce(8 * 0x20) { $0 + Int($1) }
        block.replaceSubrange(148..<154, with: Array(String(sum + 0o1000000, radix: 8).utf8.dropFirst()))
        block[155] = 0x20
        return block
    }

    private func members(_ path: FilePath) throws -> [String: [UInt8]] {
        var members: [String: [UInt8]] = [:]
        let reader = try ArchiveList.reader(GivenPath(path), ArchiveMembers())
        while let sample = try reader.next() {
            for entry in sample.entries {
                members[String(decoding: entry.name, as: UTF8.self)] = try entry.contents.all()
            }
        }
        return members
    }

    private func job(_ archive: GivenPath, _ format: OutputFormat, members: ArchiveMembers = .init()) throws
        -> RecaptionJob
    {
        fixture.job(try ArchiveList(inputs: [archive], members: members), format)
    }

    private func run(_ job: RecaptionJob, _ output: String) async throws -> FilePath {
        let path = FilePath(fixture.folder.path(output))
        _ = try await job(
            by: RunModels(fixture.captioner), to: job.files(path), progress: { _ in }, isStopped: { false })
        try job.makeArchive(path)
        return path
    }

    @Test func rowsHaveKeysAndOldTexts() async throws {
        let archive = try archive()
        let output = try await run(job(archive, .jsonl), "rows.jsonl")
        let lines = fixture.lines(output)
        #expect(lines.count == 6)
        #expect(lines[0].hasPrefix(#"{"key": "0", "image": "\#(archive.text)/0.png", "caption": ""#))
        #expect(lines[0].hasSuffix(#""old_caption": "an old text, no. 0"}"#))
        #expect(lines[1].contains(#""error": {"stage": "decode""#) && !lines[2].contains("old_caption"))
        #expect(fixture.lines(fixture.files("rows.jsonl").errors).count == 1)
    }

    @Test func archivesGetNewTexts() async throws {
        let archive = try archive()
        let path = try await run(job(archive, .webdataset), "new.tar")
        let (old, new) = (try members(archive.path), try members(path))
        #expect(Set(new.keys) == Set(old.keys).union(["2.txt"]))
        for (name, contents) in old where !name.hasSuffix(".txt") || ["1.txt", "other.txt"].contains(name) {
            #expect(new[name] == contents, "\(name)")
        }
        let rows = fixture.lines(path.suffixed(".rows.jsonl"))
        for number in [0, 2, 3, 4, 5] {
            let text = String(decoding: new["\(number).txt"] ?? [], as: UTF8.self)
            #expect(!text.isEmpty && rows[number].contains(#""caption": "\#(text)""#))
        }
        // The same once more changes nothing.
        let status = try #require(FileStatus(path))
        _ = try await run(job(archive, .webdataset), "new.tar")
        #expect(FileStatus(path)?.identity == status.identity)
    }

    @Test func captionsGoToAnotherMember() async throws {
        let archive = try archive()
        let path = try await run(job(archive, .webdataset, members: .init(text: "blip2.txt")), "new.tar")
        let (old, new) = (try members(archive.path), try members(path))
        for (name, contents) in old { #expect(new[name] == contents, "\(name)") }
        #expect(Set(new.keys).subtracting(old.keys) == Set([0, 2, 3, 4, 5].map { "\($0).blip2.txt" }))
    }

    /// Whatever was written of the rows when a run was killed, the archive is the same.
    @Test func fromAnyByte() async throws {
        let archive = try archive()
        let whole = try await run(job(archive, .webdataset), "whole.tar")
        let (bytes, files) = (fixture.bytes(whole), RunFiles(trainingFile: whole))
        let rows = fixture.bytes(files.output)
        var random = SplitMix64(seed: 7)
        for cut in [0, rows.count - 1, rows.count] + (0..<5).map({ _ in Int(random.next() % UInt64(rows.count)) }) {
            let path = FilePath(fixture.folder.path("cut.tar"))
            let cutFiles = RunFiles(trainingFile: path)
            try FileBytes.write(Array(rows.prefix(cut)), to: cutFiles.output)
            try FileBytes.write(fixture.bytes(files.errors), to: cutFiles.errors)
            try FileBytes.write(fixture.bytes(files.description), to: cutFiles.description)
            _ = try await run(job(archive, .webdataset), "cut.tar")
            #expect(fixture.bytes(path) == bytes, "\(cut)")
            try path.remove()
        }
    }

    @Test func failuresAreTriedAgain() async throws {
        let broken = try archive()
        let path = try await run(job(broken, .webdataset), "new.tar")
        // The picture is repaired.
        try fixture.folder.copy(Fixtures.pictures.appendingPathComponent("drawn-000.png"), as: "good.png")
        try fixture.folder.write(fixture.bytes(fixture.folder.path("good.png")), as: "bad.png")
        let repaired = try archive()
        var job = try job(repaired, .webdataset)
        job.mode = .retryFailed
        _ = try await run(job, "new.tar")
        let expected = try await run(self.job(repaired, .webdataset), "expected.tar")
        #expect(fixture.bytes(path) == fixture.bytes(expected))
    }

    /// A finished archive is known by its description, and one that changed since is not taken for it.
    @Test func finishedArchivesAreKnown() async throws {
        let archive = try archive()
        let models = RunModels(fixture.captioner)
        let path = try await run(job(archive, .webdataset), "new.tar")
        let template = fixture.job(ArchiveList(members: ArchiveMembers()), .webdataset)
        #expect(try template.done(archive, by: models, output: path)?.resumed == 6)
        var other = template
        other.generation.maxNewTokens = 3
        #expect(try other.done(archive, by: models, output: path) == nil)
        var again = template
        again.mode = .retryFailed
        #expect(try again.done(archive, by: models, output: path) == nil)
        try FileBytes.write(fixture.bytes(archive.path) + [UInt8](repeating: 0, count: 512), to: archive.path)
        #expect(try template.done(archive, by: models, output: path) == nil)
    }

    @Test func filesThatAreNoArchivesAreRefused() throws {
        for (name, bytes, cause) in [
            ("web.tar", Array("<html>".utf8), "web page"), ("empty.tar", [], "it is empty"),
            ("packed.tar.gz", [0x1F, 0x8B, 8, 0], "gunzip -c"),
            ("noise.tar", [UInt8](repeating: 7, count: 600), "it is no tar archive"),
        ] {
            let file = try fixture.folder.write(bytes, as: name)
            do {
                _ = try ArchiveList(inputs: [GivenPath(file.path)], members: .init())
                Issue.record("\(name) was read")
            } catch {
                #expect("\(error)".contains(cause) && "\(error)".contains(name), "\(error)")
            }
        }
    }

    /// A stream is what a file is, whatever pieces it comes in.
    @Test func streamsGiveTheSameArchive() async throws {
        let archive = try archive()
        let path = try await run(job(archive, .webdataset), "new.tar")
        let input = archive.path.opened(O_RDONLY)
        let job = fixture.job(ArchiveStream(descriptor: input, members: .init()), .webdataset)
        var written: [UInt8] = []
        var errors: [String] = []
        let result = try await job(
            by: RunModels(fixture.captioner), appending: { written += $0 }, progress: { _ in }, isStopped: { false },
            onError: { errors.append($0) })
        #expect(written == fixture.bytes(path))
        #expect(errors.count == 1 && result.failed == 1 && result.done == 5 && result.unchanged == 1)
    }
}
