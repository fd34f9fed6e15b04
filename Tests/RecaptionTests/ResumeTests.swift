import Captioner
import CaptionerDemoModel
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerFiles
@testable import CaptionerRecaption

/// A run that ended anywhere resumes to the bytes that an undisturbed one writes.
@Suite(.timeLimit(.minutes(45))) struct ResumeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let format: OutputFormat
        var rewriting = RewritingOptions()
        var isDataSet = true
        var sampledCaptions = 0

        var testDescription: String { name }
    }

    static let cases: [Case] = {
        var byteCompatible = RewritingOptions()
        byteCompatible.profile = .betterSynth
        var keeping = byteCompatible
        keeping.keepsOriginal = true
        var several = RewritingOptions()
        (several.candidateMode, several.candidateCount, several.keepsOriginal) = (.all, 3, true)
        return [
            Case(name: "images as JSONL", format: .jsonl, isDataSet: false),
            Case(name: "images as CSV", format: .csv, isDataSet: false, sampledCaptions: 2),
            Case(name: "a data set as CSV", format: .csv),
            Case(name: "a data set as records", format: .jsonl),
            Case(name: "a data set", format: .dataJuicer),
            Case(name: "a data set with all candidates", format: .dataJuicer, rewriting: several, sampledCaptions: 3),
            Case(name: "as in 2024", format: .dataJuicer, rewriting: byteCompatible),
            Case(name: "as in 2024 with originals", format: .dataJuicer, rewriting: keeping),
        ]
    }()

    @Test(arguments: cases) func fromAnyByte(_ test: Case) async throws {
        let fixture = try await RunFixture()
        var job = fixture.job(test.isDataSet ? try fixture.dataSet() : try fixture.images(), test.format)
        job.rewriting = test.rewriting
        if test.sampledCaptions > 0 {
            (job.generation.doSample, job.generation.numReturnSequences) = (true, test.sampledCaptions)
        }
        try await fixture.run(job, "whole")
        let whole = fixture.files("whole")
        let (output, errors) = (fixture.bytes(whole.output), fixture.bytes(whole.errors))
        #expect(output.count > 400 && !errors.isEmpty)
        let files = fixture.files("cut")
        var random = SplitMix64(seed: 5)
        for cut in [0, 1, output.count - 1, output.count]
            + (0..<12).map({ _ in Int(random.next() % UInt64(output.count)) })
        {
            try fixture.folder.write(Array(output.prefix(cut)), as: "cut")
            // Error records are written first: there may be more of them than rows, the last cut off.
            try fixture.folder.write(errors, as: "cut.errors.jsonl")
            try? FileManager.default.removeItem(atPath: files.description.string)
            try FileManager.default.copyItem(atPath: whole.description.string, toPath: files.description.string)
            let result = try await fixture.run(job, "cut")
            #expect(fixture.bytes(files.output) == output, "cut at \(cut)")
            #expect(fixture.bytes(files.errors) == errors, "cut at \(cut)")
            #expect(result.resumed + result.finished == result.total)
            let descriptions = try [files, whole].map { try RunDescription(path: $0.description) }
            #expect(descriptions[0].isFinished)
            #expect(descriptions[0].checksum != nil && descriptions[0].errorChecksum != nil)
            #expect(descriptions[0].checksum == descriptions[1].checksum)
            #expect(descriptions[0].errorChecksum == descriptions[1].errorChecksum)
        }
    }

    @Test func aRunThatIsDoneDoesNothing() async throws {
        let fixture = try await RunFixture()
        let job = fixture.job(try fixture.images(), .jsonl)
        let first = try await fixture.run(job, "out")
        #expect((first.done, first.failed, first.resumed, first.reused) == (7, 3, 0, 1))
        let second = try await fixture.run(job, "out")
        #expect((second.done, second.failed, second.resumed, second.resumedFailures) == (0, 0, 10, 3))
        #expect(second.errorsByCause == first.errorsByCause)
        #expect(second.errorsByCause["read: No such file or directory"] == 1)
        #expect(second.errorsByCause.values.sorted() == [1, 2])
    }

    /// What is asked to stop finishes its batch; a limit is no other run than one without.
    @Test func stoppedAndLimitedRunsResume() async throws {
        let fixture = try await RunFixture(batchSize: 2)
        var job = fixture.job(try fixture.dataSet(), .dataJuicer)
        try await fixture.run(job, "whole")
        let stopped = try await fixture.run(job, "out", isStopped: { true })
        #expect(stopped.isInterrupted && stopped.finished < stopped.total && stopped.finished > 0)
        #expect(try !RunDescription(path: fixture.files("out").description).isFinished)
        job.limit = 7
        #expect(try await fixture.run(job, "out").total == 7)
        job.limit = nil
        try await fixture.run(job, "out")
        #expect(fixture.bytes(fixture.folder.path("out")) == fixture.bytes(fixture.folder.path("whole")))
    }

    @Test func anotherRunOrAnotherInputIsNotMixedIn() async throws {
        let fixture = try await RunFixture()
        var job = fixture.job(try fixture.images(), .jsonl)
        try await fixture.run(job, "out")
        let before = fixture.bytes(fixture.folder.path("out"))
        job.generation.maxNewTokens = 3
        await #expect(
            throws: RecaptionError.otherRun(
                path: fixture.folder.path("out"), differences: ["max_new_tokens was 12 and is 3"])
        ) { try await fixture.run(job, "out") }
        job.generation.maxNewTokens = 12
        job.input = try ImageList(inputs: [fixture.folder.path("p1.png"), fixture.folder.path("p2.png")])
        await #expect(throws: RecaptionError.self) { try await fixture.run(job, "out") }
        #expect(fixture.bytes(fixture.folder.path("out")) == before)
        job.mode = .overwrite
        #expect(try await fixture.run(job, "out").done == 2)
        #expect(!fixture.files("out").errors.exists)
        try fixture.folder.write("precious\n", as: "notes.txt")
        job.mode = .resume
        let notes = fixture.files("notes.txt")
        await #expect(
            throws: RecaptionError.undescribedOutput(
                path: notes.output.string, description: notes.description.string)
        ) { try await fixture.run(job, "notes.txt") }
        #expect(fixture.lines(fixture.folder.path("notes.txt")) == ["precious"])
    }

    @Test func oneRunAtATimeWritesAFile() async throws {
        let fixture = try await RunFixture()
        let job = fixture.job(try fixture.images(), .jsonl)
        let log = try OutputLog(path: fixture.files("out").output)
        await #expect(
            throws: FileError.unwritableOutput(
                path: fixture.folder.path("out"), cause: "another run is writing to it")
        ) { try await fixture.run(job, "out") }
        #expect(log.prefix.byteCount == 0)
    }

    /// Trying again gives what would have been written had the images been there at once, and is itself resumed.
    @Test(arguments: [OutputFormat.jsonl, .dataJuicer], [false, true])
    func retriesFailures(format: OutputFormat, isInterrupted: Bool) async throws {
        let fixture = try await RunFixture(batchSize: 1)
        var job = fixture.job(try fixture.dataSet(), format)
        if format == .dataJuicer { job.rewriting.profile = .betterSynth }
        try await fixture.run(job, "out")
        for (name, picture) in [("gone", "drawn-002"), ("bad", "drawn-003")] {
            try? FileManager.default.removeItem(atPath: fixture.folder.path("\(name).png"))
            try fixture.folder.copy(Fixtures.pictures.appendingPathComponent("\(picture).png"), as: "\(name).png")
        }
        try await fixture.run(job, "whole")
        job.mode = .retryFailed
        if isInterrupted {
            let before = fixture.bytes(fixture.folder.path("out"))
            #expect(try await fixture.run(job, "out", isStopped: { true }).isInterrupted)
            #expect(fixture.bytes(fixture.folder.path("out")) == before)
        }
        let result = try await fixture.run(job, "out")
        #expect(result.images <= 4)
        #expect(fixture.bytes(fixture.folder.path("out")) == fixture.bytes(fixture.folder.path("whole")))
        #expect(
            fixture.bytes(fixture.files("out").errors) == fixture.bytes(fixture.files("whole").errors))
        let left = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.url.path)
        #expect(!left.contains { $0.contains("retry") || $0.contains("tmp") })
    }

    /// A folder that vanishes while it is read stops the run; one image that is missing does not.
    @Test func aVanishedFolderEndsTheRunAndLosesNothing() async throws {
        let fixture = try await RunFixture(batchSize: 1)
        for index in 0..<4 {
            try fixture.folder.copy(
                Fixtures.pictures.appendingPathComponent("easy-vqa-00\(index).png"), as: "sub\(index).png")
        }
        let sub = fixture.folder.path("disk")
        try FileManager.default.createDirectory(atPath: sub, withIntermediateDirectories: false)
        for index in 0..<4 {
            try FileManager.default.moveItem(
                atPath: fixture.folder.path("sub\(index).png"), toPath: "\(sub)/\(index).png")
        }
        let job = fixture.job(try ImageList(inputs: [sub]), .jsonl)
        try await fixture.run(job, "whole")
        let moved = fixture.folder.path("elsewhere")
        await #expect(throws: RecaptionError.vanishedFolder(path: sub)) {
            _ = try await job(by: RunModels(fixture.captioner), to: fixture.files("out")) { state in
                if state.finished == 1 { try? FileManager.default.moveItem(atPath: sub, toPath: moved) }
            } isStopped: {
                false
            }
        }
        #expect(fixture.lines(fixture.folder.path("out")).count < 4)
        #expect(!fixture.files("out").errors.exists)
        try FileManager.default.moveItem(atPath: moved, toPath: sub)
        try await fixture.run(job, "out")
        #expect(fixture.bytes(fixture.folder.path("out")) == fixture.bytes(fixture.folder.path("whole")))
    }

    @Test func anOutputThatVanishesIsReported() async throws {
        let fixture = try await RunFixture(batchSize: 1)
        let job = fixture.job(try fixture.images(), .jsonl)
        let path = fixture.folder.path("out")
        await #expect(throws: FileError.lostOutput(path: path)) {
            _ = try await job(by: RunModels(fixture.captioner), to: fixture.files("out")) { _ in
                try? FileManager.default.removeItem(atPath: path)
            } isStopped: {
                false
            }
        }
    }
}
