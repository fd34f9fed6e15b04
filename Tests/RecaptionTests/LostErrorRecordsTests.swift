import Captioner
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerFiles
@testable import CaptionerRecaption
@testable import CaptionerReport

/// Error records that were lost between runs are missed, those that came from elsewhere are rejected, and nothing is touched.
@Suite(.timeLimit(.minutes(45))) struct LostErrorRecordsTests {
    enum Damage: String, CaseIterable, Sendable {
        case removed, emptied, cutOff, firstLineGone, lineThatIsNoRecord, lineThatIsNoText, otherOrder, doubled, tooFar

        func done(to lines: [String]) -> [UInt8]? {
            switch self {
            case .removed: nil
            case .emptied: []
            case .cutOff: Array(lines.joined(separator: "\n").utf8.dropLast(4))
            case .firstLineGone: Array((lines.dropFirst().joined(separator: "\n") + "\n").utf8)
            case .lineThatIsNoRecord: Array((["{}"] + lines.dropFirst()).map { $0 + "\n" }.joined().utf8)
            case .lineThatIsNoText: [0xFF, 0x0A] + Array(lines.dropFirst().map { $0 + "\n" }.joined().utf8)
            case .otherOrder: Array(lines.reversed().map { $0 + "\n" }.joined().utf8)
            case .doubled: Array((lines.prefix(1) + lines).map { $0 + "\n" }.joined().utf8)
            case .tooFar:
                Array((lines.dropLast() + [#"{"index": 11, "stage": "read"}"#]).map { $0 + "\n" }.joined().utf8)
            }
        }
    }

    @Test(arguments: [OutputFormat.jsonl, .csv, .dataJuicer], Damage.allCases)
    func areMissed(format: OutputFormat, damage: Damage) async throws {
        let fixture = try await RunFixture()
        // A run that was not finished is damaged as well.
        for limit in [nil, 8] {
            var job = fixture.job(try fixture.dataSet(), format)
            job.limit = limit
            job.mode = .overwrite
            try await fixture.run(job, "out")
            let files = fixture.files("out")
            let lines = fixture.lines(files.errors)
            #expect(lines.count >= 3)
            if let bytes = damage.done(to: lines) {
                try fixture.folder.write(bytes, as: "out.errors.jsonl")
            } else {
                try FileManager.default.removeItem(atPath: files.errors.string)
            }
            let before = files.all.map(fixture.bytes)
            for mode in [RecaptionJob.Mode.resume, .retryFailed] {
                job.mode = mode
                let error = await #expect(throws: DataSetError.self) { try await fixture.run(job, "out") }
                guard case .damaged(files.errors.string, _)? = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
                #expect(files.all.map(fixture.bytes) == before)
                #expect(!files.retry.output.exists)
            }
            // Brought back, they are resumed from.
            try fixture.folder.write(lines.map { $0 + "\n" }.joined(), as: "out.errors.jsonl")
            job.mode = .resume
            job.limit = nil
            #expect(try await fixture.run(job, "out").total == RunFixture.samples.count)
        }
    }

    /// Of a finished run every byte is known: rows of samples do not show which of them have errors.
    @Test(arguments: ["{", "moved"]) func changedRecordsOfAFinishedRunAreReported(change: String) async throws {
        let fixture = try await RunFixture()
        let job = fixture.job(try fixture.dataSet(), .dataJuicer)
        try await fixture.run(job, "out")
        let files = fixture.files("out")
        let text = fixture.lines(files.errors).map { $0 + "\n" }.joined()
        try #require(text.contains("\"index\": 7,"))
        let changed = change == "moved" ? text.replacing("\"index\": 7,", with: "\"index\": 8,") : text + change
        try fixture.folder.write(changed, as: "out.errors.jsonl")
        let error = await #expect(throws: DataSetError.self) { try await fixture.run(job, "out") }
        #expect(
            error?.description.contains("its bytes are not those that it had") == true, "\(String(describing: error))")
        #expect(fixture.bytes(files.errors) == Array(changed.utf8))
    }

    /// A sample that failed and one that was captioned have rows alike: the number of error records is known before
    /// the rows are there, wherever a run is killed.
    @Test(arguments: [OutputFormat.jsonl, .csv, .dataJuicer]) func areMissedWhereverARunWasKilled(
        format: OutputFormat
    ) async throws {
        let fixture = try await RunFixture(batchSize: 1)
        let job = fixture.job(try fixture.dataSet(), format)
        let files = fixture.files("out")
        var moments: [[[UInt8]]] = []
        try await fixture.run(job, "out") {
            moments.append(files.all.map(fixture.bytes))
            return false
        }
        let whole = [files.output, files.errors].map(fixture.bytes)
        func restore(_ output: [UInt8], _ errors: [UInt8], _ description: [UInt8]) throws {
            for (name, bytes) in [("", output), (".errors.jsonl", errors), (".run.json", description)] {
                try fixture.folder.write(bytes, as: "out\(name)")
            }
        }
        var rowsBefore: [UInt8] = []
        for moment in moments {
            // After the error records, and not yet at the rows.
            try restore(rowsBefore, moment[1], moment[2])
            try await fixture.run(job, "out")
            #expect([files.output, files.errors].map(fixture.bytes) == whole)
            rowsBefore = moment[0]
            let lines = moment[1].split(separator: 0x0A, omittingEmptySubsequences: true)
            guard !lines.isEmpty else { continue }
            try restore(moment[0], Array(lines.dropLast().map { $0 + [0x0A] }.joined()), moment[2])
            let error = await #expect(throws: DataSetError.self) { try await fixture.run(job, "out") }
            guard case .damaged(files.errors.string, _)? = error else {
                Issue.record("\(lines.count) error records: \(String(describing: error))")
                continue
            }
        }
        #expect(moments.count > 5)
    }

    @Test func theirNumberIsReportedBetweenThemAndTheirRows() throws {
        let folder = try TemporaryFolder()
        let files = RunFiles(output: folder.path("out"))
        var calls: [[Int]] = []
        let destination = try FileDestination(files) { count in
            calls.append([count, FileStatus(files.errors)?.size ?? 0, FileStatus(files.output)?.size ?? 0])
        }
        let item = Item(index: 0, content: .badLine("bad"))
        let record = ErrorRecord(ItemFailure(stage: .sample, message: "bad"), of: item)
        try destination.write(ItemRows(rows: ["a\n"]), embedded: [])
        try destination.write(ItemRows(rows: ["b\n"], errors: [record]), embedded: [])
        try destination.write(ItemRows(rows: ["c\n"], errors: [record, record]), embedded: [])
        let size = record.line.utf8.count
        #expect(calls == [[1, size, 2], [3, 3 * size, 4]])
    }

    /// A run that was killed before it could say how many there are: rows with errors show it.
    @Test(arguments: [OutputFormat.jsonl, .csv]) func areMissedByTheirRows(format: OutputFormat) async throws {
        let fixture = try await RunFixture()
        let job = fixture.job(try fixture.images(), format)
        try await fixture.run(job, "out")
        let files = fixture.files("out")
        var description = try RunDescription(path: files.description)
        (description.isFinished, description.errorCount) = (false, 0)
        try description.write(to: files.description)
        try FileManager.default.removeItem(atPath: files.errors.string)
        let bad = fixture.folder.path("bad.png")
        await #expect(
            throws: RecaptionError.foreignOutput(path: files.output.string, row: 2, item: bad)
        ) { try await fixture.run(job, "out") }
    }

    /// An image without a row of its own is as much a reason to go no further.
    @Test func recordsAfterALowerLimitAreKept() async throws {
        let fixture = try await RunFixture()
        let file = try fixture.folder.write(
            RunFixture.samples.prefix(2).joined(separator: "\n") + "\n", as: "two.jsonl")
        var job = fixture.job(try DataSet(path: file.path), .dataJuicer)
        job.rewriting.profile = .betterSynth
        try await fixture.run(job, "out")
        let before = fixture.files("out").all.map(fixture.bytes)
        job.limit = 1
        await #expect(throws: RecaptionError.longerOutput(path: fixture.folder.path("out"), itemCount: 1)) {
            try await fixture.run(job, "out")
        }
        #expect(fixture.files("out").all.map(fixture.bytes) == before)
    }

    @Test(arguments: Damage.allCases) func areMissedByMergesAndReports(damage: Damage) async throws {
        let fixture = try await RunFixture()
        var job = fixture.job(try fixture.dataSet(), .dataJuicer)
        for number in 1...2 {
            job.shard = try #require(Shard(number: number, count: 2))
            try await fixture.run(job, "part\(number)")
        }
        let parts = [fixture.files("part1"), fixture.files("part2")]
        #expect(try await Report(output: parts[0].output)().notes == [])
        let lines = fixture.lines(parts[0].errors)
        if let bytes = damage.done(to: lines) {
            try fixture.folder.write(bytes, as: "part1.errors.jsonl")
        } else {
            try FileManager.default.removeItem(atPath: parts[0].errors.string)
        }
        let error = #expect(throws: DataSetError.self) {
            _ = try ShardMerge(parts.map(\.output))(to: fixture.files("merged").output)
        }
        #expect(error?.description.contains("part1.errors.jsonl is damaged: ") == true, "\(String(describing: error))")
        #expect(error?.description.contains("--overwrite") == true)
        #expect(!fixture.files("merged").all.contains { $0.exists })
        let page = try await Report(output: parts[0].output)()
        #expect(page.notes.contains { $0.contains("part1.errors.jsonl is damaged: ") }, "\(page.notes)")
        // The page's reader was not there when it was made.
        #expect(String(decoding: page.html, as: UTF8.self).contains("part1.errors.jsonl is damaged: "))
    }
}
