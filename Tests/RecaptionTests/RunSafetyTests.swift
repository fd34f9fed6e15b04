import Captioner
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerFiles
@testable import CaptionerRecaption

/// Runs over an output that is not what they take it for, and runs that have little to caption.
@Suite(.timeLimit(.minutes(45))) struct RunSafetyTests {
    /// A limited run is never finished, and its failures are tried again all the same.
    @Test func aLimitedRunIsTriedAgain() async throws {
        let fixture = try await RunFixture()
        var job = fixture.job(try fixture.dataSet(), .jsonl)
        job.limit = 3
        try await fixture.run(job, "out")
        try FileManager.default.removeItem(atPath: fixture.folder.path("bad.png"))
        try fixture.folder.copy(Fixtures.pictures.appendingPathComponent("drawn-003.png"), as: "bad.png")
        try await fixture.run(job, "whole")
        job.mode = .retryFailed
        try await fixture.run(job, "out")
        #expect(fixture.bytes(fixture.files("out").output) == fixture.bytes(fixture.files("whole").output))
        #expect(!fixture.files("out").errors.exists)
        #expect(!fixture.files("out").retry.output.exists)
        #expect(try !RunDescription(path: fixture.files("out").description).isFinished)
    }

    /// Rows are not taken over for other samples than their own.
    @Test func aRowThatIsMissingIsReportedWhenFailuresAreTriedAgain() async throws {
        let fixture = try await RunFixture()
        var job = fixture.job(try fixture.images(), .jsonl)
        try await fixture.run(job, "out")
        var rows = fixture.lines(fixture.folder.path("out"))
        rows.remove(at: 2)
        try fixture.folder.write(rows.joined(separator: "\n") + "\n", as: "out")
        job.mode = .retryFailed
        await #expect(
            throws: RecaptionError.foreignOutput(
                path: fixture.folder.path("out"), row: 3, item: fixture.folder.path("p1.png"))
        ) { try await fixture.run(job, "out") }
        #expect(fixture.lines(fixture.folder.path("out")) == rows)
    }

    @Test func aLowerLimitIsReportedAndTouchesNothing() async throws {
        let fixture = try await RunFixture()
        var job = fixture.job(try fixture.images(), .jsonl)
        try await fixture.run(job, "out")
        let before = fixture.bytes(fixture.folder.path("out"))
        job.limit = 4
        for mode in [RecaptionJob.Mode.resume, .retryFailed] {
            job.mode = mode
            await #expect(throws: RecaptionError.longerOutput(path: fixture.folder.path("out"), itemCount: 4)) {
                try await fixture.run(job, "out")
            }
            #expect(fixture.bytes(fixture.folder.path("out")) == before)
        }
    }

    /// Images of two folders may have the same names, which is all that records hold of them.
    @Test func anotherFolderWithTheSameNamesIsAnotherInput() async throws {
        let fixture = try await RunFixture()
        let folders = ["first", "second"].map { fixture.folder.path($0) }
        for (folder, picture) in zip(folders, ["p0", "p1"]) {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            try FileManager.default.copyItem(
                atPath: fixture.folder.path("\(picture).png"), toPath: "\(folder)/same.png")
        }
        try await fixture.run(fixture.job(try ImageList(inputs: [folders[0]]), .jsonl), "out")
        let other = fixture.job(try ImageList(inputs: [folders[1]]), .jsonl)
        await #expect(
            throws: RecaptionError.otherRun(
                path: fixture.folder.path("out"), differences: ["input was \(folders[0]) and is \(folders[1])"])
        ) { try await fixture.run(other, "out") }
    }

    /// Of a sample without rows, as Data-Juicer drops it, only error records show that it is done: all of them.
    @Test func errorRecordsOfOneSampleThatWereCutOffAreWrittenAgain() async throws {
        let fixture = try await RunFixture()
        let sample = #"{"text": "<__dj__image><__dj__image> <|__dj__eoc|>", "images": ["no.png", "none.png"]}"#
        let file = try fixture.folder.write(RunFixture.samples[0] + "\n" + sample + "\n", as: "two.jsonl")
        var job = fixture.job(try DataSet(path: file.path), .dataJuicer)
        job.rewriting.profile = .betterSynth
        try await fixture.run(job, "out")
        let errors = fixture.bytes(fixture.files("out").errors)
        let lines = fixture.lines(fixture.files("out").errors)
        #expect(lines.count == 2)
        try fixture.folder.write(lines[0] + "\n", as: "out.errors.jsonl")
        // As it is when a run is killed between the two.
        var description = try RunDescription(path: fixture.files("out").description)
        (description.isFinished, description.errorCount) = (false, 0)
        try description.write(to: fixture.files("out").description)
        #expect(try await fixture.run(job, "out").resumed == 1)
        #expect(fixture.bytes(fixture.files("out").errors) == errors)
        #expect(try await fixture.run(job, "out").resumed == 2)
    }

    /// Where nothing has to be captioned for long, a run can be stopped, and rows do not pile up after an answer.
    @Test(arguments: [false, true]) func aRunStopsWhereNothingIsToBeCaptioned(hasImage: Bool) async throws {
        let fixture = try await RunFixture()
        let count = CaptionPipeline.pauseCount * 2 + 100
        let words = (0..<count).map { #"{"id": \#($0), "text": "words", "images": []}"# }
        let lines = (hasImage ? [RunFixture.samples[0]] : []) + words
        let file = try fixture.folder.write(lines.joined(separator: "\n") + "\n", as: "words.jsonl")
        let job = fixture.job(try DataSet(path: file.path), .dataJuicer)
        let stopped = try await fixture.run(job, "out", isStopped: { true })
        #expect(stopped.isInterrupted && stopped.finished == CaptionPipeline.pauseCount)
        let result = try await fixture.run(job, "out")
        #expect(result.resumed == CaptionPipeline.pauseCount && result.resumed + result.finished == lines.count)
        #expect(fixture.lines(fixture.folder.path("out")).suffix(count) == words[...])
    }

    /// Before a run knows its resume point it can be cancelled, and has changed nothing then.
    @Test func aRunThatIsCancelledBeforeItBeginsChangesNothing() async throws {
        let fixture = try await RunFixture()
        let job = fixture.job(try fixture.images(), .jsonl)
        try await fixture.run(job, "out")
        let before = [fixture.files("out").output, fixture.files("out").description].map(fixture.bytes)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await fixture.run(job, "out")
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect([fixture.files("out").output, fixture.files("out").description].map(fixture.bytes) == before)
    }

    @Test func nothingIsOverwrittenThatAnotherRunIsWriting() async throws {
        let fixture = try await RunFixture()
        var job = fixture.job(try fixture.images(), .jsonl)
        let log = try OutputLog(path: fixture.files("out").output)
        try log.append("theirs\n")
        job.mode = .overwrite
        await #expect(
            throws: FileError.unwritableOutput(path: log.path.string, cause: "another run is writing to it")
        ) { try await fixture.run(job, "out") }
        #expect(fixture.lines(log.path) == ["theirs"])
    }
}
