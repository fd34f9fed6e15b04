import Captioner
import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerRecaption

/// Failures that are tried again over an input or an output that changed.
@Suite(.timeLimit(.minutes(45))) struct RetryTests {
    private func left(_ fixture: RunFixture) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: fixture.folder.url.path).filter { $0.contains("retry") }
    }

    @Test func refusedRunsLeaveNothing() async throws {
        let fixture = try await RunFixture(batchSize: 1)
        var job = fixture.job(try fixture.images(), .jsonl)
        try await fixture.run(job, "out")
        var rows = fixture.lines(fixture.folder.path("out"))
        rows.swapAt(7, 8)
        try fixture.folder.write(rows.joined(separator: "\n") + "\n", as: "out")
        job.mode = .retryFailed
        await #expect(throws: RecaptionError.self) { try await fixture.run(job, "out") }
        #expect(try left(fixture) == [])
        job.mode = .resume
        let cancelled = Task { [job] in
            withUnsafeCurrentTask { $0?.cancel() }
            try await fixture.run(job, "new")
        }
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        #expect(!fixture.files("new").all.contains { $0.exists })
        let link = fixture.folder.path("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "new")
        let again = Task { [job] in
            withUnsafeCurrentTask { $0?.cancel() }
            try await fixture.run(job, "link")
        }
        await #expect(throws: CancellationError.self) { try await again.value }
        #expect(FilePath(link).linkTarget == "new" && !fixture.files("new").output.exists)
    }

    @Test func withoutAnOutputThereIsNothingToTryAgain() async throws {
        let fixture = try await RunFixture()
        var job = fixture.job(try fixture.images(), .jsonl)
        job.mode = .retryFailed
        await #expect(throws: RecaptionError.nothingToRetry(path: fixture.folder.path("out"))) {
            try await fixture.run(job, "out")
        }
        #expect(try !fixture.files("out").all.contains { $0.exists } && left(fixture) == [])
    }

    /// Links stay, and what they lead to is replaced where it is.
    @Test func whatLinksLeadToIsReplaced() async throws {
        let fixture = try await RunFixture()
        for (index, link) in fixture.files("out").all.enumerated() {
            try fixture.folder.write("", as: "far/\(index)/x")
            try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: "far/\(index)/file")
        }
        var job = fixture.job(try fixture.images(), .jsonl)
        try await fixture.run(job, "out")
        for (name, picture) in [("bad.png", "p1.png"), ("gone.png", "p2.png")] {
            try? FileManager.default.removeItem(atPath: fixture.folder.path(name))
            try fixture.folder.copy(fixture.folder.url.appendingPathComponent(picture), as: name)
            job.mode = .retryFailed
            try await fixture.run(job, "out")
            job.mode = .resume
            try await fixture.run(job, name + ".whole")
            for (link, whole) in zip(fixture.files("out").all, fixture.files(name + ".whole").all).prefix(2) {
                #expect(link.linkTarget != nil)
                #expect(fixture.bytes(link) == fixture.bytes(whole))
            }
        }
        #expect(try RunDescription(path: FilePath(fixture.folder.path("far/2/file"))).isFinished)
        #expect(try FileManager.default.subpathsOfDirectory(atPath: fixture.folder.path("far")).count == 3 + 3 + 2)
    }

    /// A folder that cannot be read is listed in the place of its images. They come when it can be.
    @Test(arguments: [OutputFormat.jsonl, .csv], [["0.png", "1.png"], []])
    func aFolderThatBecameReadable(format: OutputFormat, images: [String]) async throws {
        let fixture = try await RunFixture(batchSize: 1)
        for name in ["a.png", "locked", "locked.png", "lockee.png", "z.png"] {
            let picture = fixture.folder.url.appendingPathComponent(name == "a.png" ? "p0.png" : "p1.png")
            if name == "locked" {
                try FileManager.default.createDirectory(
                    atPath: fixture.folder.path("in/locked"), withIntermediateDirectories: false)
                for image in images { try fixture.folder.copy(picture, as: "in/locked/\(image)") }
            } else {
                try FileManager.default.createDirectory(
                    atPath: fixture.folder.path("in"), withIntermediateDirectories: true)
                try fixture.folder.copy(picture, as: "in/\(name)")
            }
        }
        try fixture.folder.write("<html>", as: "in/zz.png")
        let (folder, locked) = (fixture.folder.path("in"), fixture.folder.path("in/locked"))
        #expect(chmod(locked, 0o111) == 0)
        let unreadable = try Permissions.ofOthers { try ImageList(inputs: [folder]) }
        #expect(chmod(locked, 0o755) == 0)
        #expect(unreadable.images.map(\.name) == ["a.png", "locked", "locked.png", "lockee.png", "z.png", "zz.png"])
        try await fixture.run(fixture.job(unreadable, format), "out")

        let list = try ImageList(inputs: [folder])
        #expect(list.images.count == 5 + images.count)
        var job = fixture.job(list, format)
        try await fixture.run(job, "whole")
        job.mode = .retryFailed
        let result = try await fixture.run(job, "out")
        #expect(result.images <= images.count)
        #expect(fixture.bytes(fixture.folder.path("out")) == fixture.bytes(fixture.folder.path("whole")))
        #expect(fixture.bytes(fixture.files("out").errors) == fixture.bytes(fixture.files("whole").errors))
        #expect(try left(fixture) == [])
        // An image with an error may be removed, also the last one.
        try FileManager.default.removeItem(atPath: fixture.folder.path("in/zz.png"))
        job.input = try ImageList(inputs: [folder])
        try await fixture.run(job, "out")
        #expect(fixture.lines(fixture.folder.path("out")).count(where: { $0.contains("png") }) == 4 + images.count)
        #expect(!fixture.files("out").errors.exists)
    }

    /// What an interrupted retry had done is not thrown away, nor is the output to be begun anew for it.
    @Test func anInterruptedRetryThatNoLongerFits() async throws {
        let fixture = try await RunFixture(batchSize: 1)
        for name in ["a.png", "b.png"] { try fixture.folder.write("<html>", as: "in/\(name)") }
        for name in ["c.png", "d.png"] {
            try fixture.folder.copy(fixture.folder.url.appendingPathComponent("p0.png"), as: "in/\(name)")
        }
        func images() throws -> any ItemSource { try ImageList(inputs: [fixture.folder.path("in")]) }
        var job = fixture.job(try images(), .jsonl)
        try await fixture.run(job, "out")
        job.mode = .retryFailed
        for (name, picture) in [("a.png", "p1.png"), ("b.png", "p2.png")] {
            try FileManager.default.removeItem(atPath: fixture.folder.path("in/\(name)"))
            try fixture.folder.copy(fixture.folder.url.appendingPathComponent(picture), as: "in/\(name)")
        }
        #expect(try await fixture.run(job, "out", isStopped: { true }).isInterrupted)
        try FileManager.default.removeItem(atPath: fixture.folder.path("in/a.png"))
        job.input = try images()
        let retry = fixture.files("out").retry
        let before = fixture.bytes(retry.output)
        await #expect(throws: RecaptionError.staleRetry(path: retry.output.string)) {
            try await fixture.run(job, "out")
        }
        #expect(!before.isEmpty && fixture.bytes(retry.output) == before)
        try FileManager.default.removeItem(atPath: retry.output.string)
        #expect(try await fixture.run(job, "out").images == 1)
        #expect(fixture.lines(fixture.folder.path("out")).count == 3)
        #expect(try left(fixture) == [])
    }

    /// Shards of an input that grew are other shards.
    @Test func aShardOfAnotherWholeIsDistinguished() async throws {
        let fixture = try await RunFixture()
        var job = fixture.job(try ImageList(inputs: (0..<4).map { fixture.folder.path("p\($0).png") }), .jsonl)
        job.shard = try #require(Shard("1/2"))
        try await fixture.run(job, "out")
        job.input = try ImageList(inputs: (0..<6).map { fixture.folder.path("p\($0).png") })
        let error = await #expect(throws: RecaptionError.self) { try await fixture.run(job, "out") }
        #expect(error?.description.contains("images or samples were 4 and are 6") == true)
    }

    @Test func settingsThatAreGoneDiffer() throws {
        func description(_ names: String...) -> RunDescription {
            RunDescription(
                settings: names.map { .init($0, .string("int8")) }, inputs: [], total: 1, shard: .whole)
        }
        let earlier = description("precision", "precision of lm_head")
        #expect(
            description("precision").differences(from: earlier) == ["precision of lm_head was int8 and is not there"])
        #expect(
            earlier.differences(from: description("precision")) == [
                "precision of lm_head was not there and is int8"
            ])
        #expect(earlier.differences(from: earlier) == [])
    }
}
