import Foundation
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerRecaption

/// What is known of a run before it: it has to be what the run then does.
@Suite(.timeLimit(.minutes(15))) struct RunSurveyTests {
    private func survey(_ job: RecaptionJob, _ files: RunFiles? = nil) throws -> RunSurvey {
        try job.survey(files, rules: nil) { _ in }
    }

    @Test(arguments: [OutputFormat.jsonl, .csv]) func countsWhatTheRunThenCounts(format: OutputFormat) async throws {
        let fixture = try await RunFixture()
        let job = fixture.job(try fixture.images(), format)
        let before = try survey(job, fixture.files("out"))
        let result = try await fixture.run(job, "out")
        #expect(before.items == 10 && before.done == 0 && before.left == 10)
        #expect(before.formats == ["PNG": 7] && before.images == 10)
        // same.png is p1.png; both times bad.png is no image, and gone.png is not there.
        #expect(before.duplicates == 1 && before.duplicates == result.reused)
        #expect(before.unreadable == result.errorsByCause && before.unreadableCount == result.failed)
        #expect(before.distinct == result.done - result.reused && before.samples.count == before.distinct)
        let after = try survey(job, fixture.files("out"))
        #expect(after.done == 10 && after.doneWithErrors == 3 && after.images == 0 && after.left == 0)
        #expect(after.secondsPerItem ?? -1 > 0)
    }

    @Test func samplesOfADataSet() async throws {
        let fixture = try await RunFixture()
        let job = fixture.job(try fixture.dataSet(), .dataJuicer)
        let before = try survey(job, fixture.files("out.jsonl"))
        let result = try await fixture.run(job, "out.jsonl")
        #expect(before.items == RunFixture.samples.count)
        #expect(before.duplicates == result.reused)
        // Lines that are no samples, and one whose text has places for two images.
        #expect(before.badItems + before.unreadableCount == result.errorsByCause.values.reduce(0, +))
    }

    @Test func anInterruptedRunHasItsRestLeft() async throws {
        let fixture = try await RunFixture()
        let job = fixture.job(try fixture.images(), .jsonl)
        let result = try await fixture.run(job, "out", isStopped: { true })
        let left = try survey(job, fixture.files("out"))
        #expect(result.isInterrupted && left.done == result.finished && left.done > 0 && left.left > 0)
        #expect(left.images == left.left)
        var limited = job
        limited.limit = 2
        #expect(try survey(limited).items == 2)
        var anew = job
        anew.mode = .overwrite
        #expect(try survey(anew, fixture.files("out")).done == 0)
    }

    @Test func whatIsTriedAgainIsLeft() async throws {
        let fixture = try await RunFixture()
        var job = fixture.job(try fixture.images(), .jsonl)
        job.mode = .retryFailed
        #expect(throws: RecaptionError.nothingToRetry(path: fixture.folder.path("out"))) {
            try survey(job, fixture.files("out"))
        }
        job.mode = .resume
        try await fixture.run(job, "out")
        job.mode = .retryFailed
        let again = try survey(job, fixture.files("out"))
        #expect(again.done == 7 && again.left == 3 && again.images == 3)
        #expect(again.unreadableCount == 3 && again.distinct == 0)
    }

    @Test func anOutputOfAnotherRunIsRejected() async throws {
        let fixture = try await RunFixture()
        let job = fixture.job(try fixture.images(), .jsonl)
        try await fixture.run(job, "out")
        #expect(throws: RecaptionError.self) {
            try survey(fixture.job(try fixture.images(), .csv), fixture.files("out"))
        }
        var parts = job
        parts.shard = try #require(Shard("1/2"))
        #expect(throws: RecaptionError.self) { try survey(parts, fixture.files("out")) }
        try fixture.folder.write("{}\n", as: "foreign")
        #expect(throws: RecaptionError.self) { try survey(job, fixture.files("foreign")) }
    }

    @Test func nothingIsWritten() async throws {
        let fixture = try await RunFixture()
        let names = { try FileManager.default.contentsOfDirectory(atPath: fixture.folder.url.path).sorted() }
        let before = try names()
        for format in [OutputFormat.jsonl, .csv, .sidecar] {
            _ = try survey(fixture.job(try fixture.images(), format), fixture.files("out"))
        }
        #expect(try names() == before)
    }
}
