import CaptionerFiles
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerRecaption

/// What a text file is, a link or a file of another owner, stays what it is.
@Suite(.timeLimit(.minutes(45))) struct SidecarPlaceTests {
    private let fixture: RunFixture

    init() async throws {
        fixture = try await RunFixture(batchSize: 2)
        try FileManager.default.createDirectory(atPath: fixture.folder.path("in"), withIntermediateDirectories: false)
        for index in 0..<6 {
            try fixture.folder.copy(fixture.folder.url.appendingPathComponent("p\(index).png"), as: "in/\(index).png")
        }
    }

    private func job(_ existing: ExistingText?) throws -> RecaptionJob {
        var job = fixture.job(try ImageList(inputs: [fixture.folder.path("in")]), .sidecar)
        (job.sidecars.existing, job.mode) = (existing, .overwrite)
        return job
    }

    private func text(_ name: String) -> String {
        String(decoding: fixture.bytes(fixture.folder.path(name)), as: UTF8.self)
    }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: fixture.folder.path(name), withDestinationPath: target)
    }

    /// Messages of error records, by image.
    private func failures() throws -> [String: String] {
        let lines = fixture.lines(fixture.files("out").errors)
        let records = try lines.map { try ErrorRecord(line: Array($0.utf8)) }
        return Dictionary(records.map { ($0.image ?? "", $0.message) }) { $1 }
    }

    @Test func linksStayAndWhatTheyLeadToIsWritten() async throws {
        try fixture.folder.write("old\n", as: "store/0.txt")
        try fixture.folder.write("old\n", as: "store/1.txt")
        try link("in/0.txt", to: "../store/0.txt")
        try link("in/1.txt", to: fixture.folder.path("store/1.txt"))
        try link("in/2.txt", to: "../store/1.txt")
        try link("in/3.txt", to: "4.png")
        try link("in/4.txt", to: "../store/new.txt")
        let picture = fixture.bytes(fixture.folder.path("in/4.png"))
        try await fixture.run(try job(.append), "out")
        #expect(text("store/0.txt").hasPrefix("old, ") && text("store/1.txt").hasPrefix("old, "))
        #expect(try FolderEntries.of(FilePath(fixture.folder.path("store"))).count == 2)
        let failed = try failures()
        #expect(failed["2.png"]?.hasSuffix("it belongs to an image that comes first (1.png)") == true, "\(failed)")
        #expect(failed["3.png"]?.hasSuffix("it is a link to an image of this input") == true, "\(failed)")
        #expect(failed["4.png"]?.hasSuffix("it is a link to nothing") == true, "\(failed)")
        try await fixture.run(try job(.overwrite), "out")
        #expect(try failures().keys.sorted() == ["2.png", "3.png"])
        for name in ["0", "1", "2", "3", "4"] {
            #expect(FilePath(fixture.folder.path("in/\(name).txt")).linkTarget != nil)
        }
        #expect(text("store/new.txt").isEmpty == false && text("store/0.txt").hasPrefix("old") == false)
        #expect(fixture.bytes(fixture.folder.path("in/4.png")) == picture)
    }

    @Test(arguments: ExistingText.allCases) func whatIsNoFileIsCalledByItsName(existing: ExistingText) async throws {
        try FileManager.default.createDirectory(
            atPath: fixture.folder.path("in/0.txt"), withIntermediateDirectories: false)
        #expect(mkfifo(fixture.folder.path("in/1.txt"), 0o600) == 0)
        try link("in/2.txt", to: "2.txt")
        try await fixture.run(try job(existing), "out")
        let failed = try failures()
        #expect(failed["0.png"]?.contains("/in/0.txt: it is a folder") == true, "\(failed)")
        #expect(failed["1.png"]?.contains("/in/1.txt: it is a pipe") == true, "\(failed)")
        #expect(failed["2.png"]?.contains("/in/2.txt: Too many levels of symbolic links") == true, "\(failed)")
        #expect(failed.count == 3)
    }

    @Test(arguments: [ExistingText.append, .overwrite]) func modesStay(existing: ExistingText) async throws {
        for (name, mode) in [("0", 0o600), ("1", 0o664), ("2", 0o444)] {
            try fixture.folder.write("old\n", as: "in/\(name).txt")
            #expect(chmod(fixture.folder.path("in/\(name).txt"), mode_t(mode)) == 0)
        }
        try await fixture.run(try job(existing), "out")
        let modes = ["0", "1", "2"].map { AccessRights(FilePath(fixture.folder.path("in/\($0).txt")))?.mode }
        #expect(modes == [0o600, 0o664, 0o444])
        #expect(text("in/0.txt") != "old\n" && text("in/1.txt") != "old\n" && text("in/2.txt") == "old\n")
        #expect(try failures().map(\.key) == ["2.png"])
        #expect(try failures()["2.png"]?.hasSuffix("in/2.txt: Permission denied") == true)
    }

    @Test func textsOfOtherEditorsAreTheSame() async throws {
        try await fixture.run(try job(.overwrite), "out")
        let caption = text("in/0.txt").dropLast()
        let same = ["\(caption)", "\u{FEFF}\(caption)\n", "\(caption)\r\n", "\(caption)\n\n", "\u{FEFF}\(caption)\r\n"]
        for contents in same {
            try fixture.folder.write(contents, as: "in/0.txt")
            #expect(try await fixture.run(try job(.error), "out").failed == 0, "\(contents.debugDescription)")
            #expect(Array(text("in/0.txt").utf8) == Array(contents.utf8))
        }
        for contents in ["\(caption)\n.", " \(caption)", "\(caption)\r\r\n", ""] {
            try fixture.folder.write(contents, as: "in/0.txt")
            #expect(try await fixture.run(try job(.error), "out").failed == 1, "\(contents.debugDescription)")
        }
    }

    /// A disk that is removed ends the run; when it is there again, the run resumes as if nothing had been.
    @Test func aFolderThatDisappearsEndsTheRun() async throws {
        for index in 6..<60 {
            try fixture.folder.copy(
                fixture.folder.url.appendingPathComponent("p\(index % 6).png"), as: "in/\(10 + index).png")
        }
        var job = try job(nil)
        job.mode = .resume
        try await fixture.run(job, "whole")
        let (rows, texts) = (text("whole"), text("in/20.txt"))
        for name in try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path("in"))
        where name.hasSuffix(".txt") {
            try FileManager.default.removeItem(atPath: fixture.folder.path("in/\(name)"))
        }
        var isMoved = false
        await #expect(throws: (any Error).self) {
            _ = try await job(
                by: RunModels(fixture.captioner), to: fixture.files("out"),
                progress: { _ in
                    if !isMoved { _ = rename(fixture.folder.path("in"), fixture.folder.path("away")) }
                    isMoved = true
                }, isStopped: { false })
        }
        #expect(isMoved && !text("out").contains("error"), "\(text("out"))")
        #expect(rename(fixture.folder.path("away"), fixture.folder.path("in")) == 0)
        #expect(try await fixture.run(job, "out").failed == 0)
        #expect(text("out") == rows && text("in/20.txt") == texts)
    }
}
