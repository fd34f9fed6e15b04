import Captioner
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerFiles
@testable import CaptionerRecaption

@Suite(.timeLimit(.minutes(45))) struct ShardMergeTests {
    @Test func aMergeThatIsCancelledLeavesNothing() async throws {
        let fixture = try await RunFixture()
        try await fixture.run(fixture.job(try fixture.images(), .jsonl), "part")
        let before = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.url.path).sorted()
        let merge = try ShardMerge([fixture.files("part").output])
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try merge(to: fixture.files("merged").output).rows
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder.url.path).sorted() == before)
    }

    @Test(arguments: [OutputFormat.jsonl, .csv, .dataJuicer])
    func shardsMakeTheWhole(format: OutputFormat) async throws {
        let fixture = try await RunFixture()
        var job = fixture.job(try fixture.dataSet(), format)
        try await fixture.run(job, "whole")
        var shards: [FilePath] = []
        for number in 1...4 {
            job.shard = try #require(Shard(number: number, count: 4))
            try await fixture.run(job, "shard\(number)")
            shards.append(fixture.files("shard\(number)").output)
        }
        let merged = fixture.files("merged")
        let counts = try ShardMerge(shards.reversed())(to: merged.output)
        #expect(fixture.bytes(merged.output) == fixture.bytes(fixture.files("whole").output))
        #expect(fixture.bytes(merged.errors) == fixture.bytes(fixture.files("whole").errors))
        #expect(counts.errors == fixture.lines(merged.errors).count)
        let description = try RunDescription(path: merged.description)
        #expect(description.byteCount == fixture.bytes(merged.output).count)
        // What was merged is a run like any other.
        job.shard = .whole
        #expect(try await fixture.run(job, "merged").resumed == RunFixture.samples.count)

        #expect(throws: RecaptionError.unmergeable(cause: "shard 2/4, 4/4 is missing")) {
            try ShardMerge([shards[0], shards[2]])
        }
        #expect(throws: RecaptionError.unmergeable(cause: "\(shards[1]) and \(shards[1]) are the same shard")) {
            try ShardMerge(shards + [shards[1]])
        }
        #expect(throws: RecaptionError.self) { try ShardMerge(shards + [fixture.files("whole").output]) }
        try fixture.folder.write(Array(fixture.bytes(shards[2]).dropLast(30)), as: "shard3")
        #expect(throws: RecaptionError.self) { try ShardMerge(shards)(to: FilePath(fixture.folder.path("again"))) }
        #expect(!FileManager.default.fileExists(atPath: fixture.folder.path("again")))
    }

    /// Neither is a file of a shard replaced, by whatever name it goes, nor anything before all is written.
    @Test func shardsAreNotReplaced() async throws {
        let fixture = try await RunFixture()
        try await fixture.run(fixture.job(try fixture.images(), .jsonl), "part")
        let files = fixture.files("part")
        let before = files.all.map(fixture.bytes)
        let path = { (name: String) in fixture.folder.path(name) }
        for (index, target) in files.all.enumerated() {
            try FileManager.default.linkItem(atPath: target.string, toPath: path("hard\(index)"))
            try FileManager.default.createSymbolicLink(atPath: path("soft\(index)"), withDestinationPath: target.string)
        }
        try FileManager.default.linkItem(atPath: files.errors.string, toPath: path("out.run.json"))
        let names = (0..<3).flatMap { ["hard\($0)", "soft\($0)"] } + ["part", "./part", "part.errors.jsonl", "out"]
        for name in names {
            let error = #expect(throws: DataSetError.self) {
                try ShardMerge([files.output])(to: FilePath("\(fixture.folder.url.path)/\(name)"))
            }
            guard case .outputIsInput? = error else {
                Issue.record("\(name): \(String(describing: error))")
                continue
            }
        }
        #expect(files.all.map(fixture.bytes) == before)
    }

    /// What is copied is bytes, once the shard's own run took them, and nothing of an output that was there stays beside
    /// the new one.
    @Test func mergesReplaceAllOfAnOutput() async throws {
        let fixture = try await RunFixture()
        var job = fixture.job(try fixture.images(), .csv)
        job.limit = 1
        job.input = try ImageList(inputs: [fixture.folder.path("p0.png")])
        try await fixture.run(job, "part")
        var rows = fixture.bytes(fixture.files("part").output)
        rows.replaceSubrange(rows.count - 6..<rows.count - 4, with: [0xFF, 0xC3])
        try fixture.folder.write(rows, as: "part")
        try await fixture.run(job, "part")
        let merged = fixture.files("merged")
        for path in merged.all { try fixture.folder.write("old\n", as: path.lastComponent?.string ?? "") }
        let counts = try ShardMerge([fixture.files("part").output])(to: merged.output, overwrites: true)
        #expect(counts == (1, 0))
        #expect(fixture.bytes(merged.output) == rows)
        #expect(!merged.errors.exists)
        #expect(try RunDescription(path: merged.description).isFinished)
    }

    /// A retry of the output that was there would put its rows in the place of the merged ones.
    @Test func aMergeLeavesNoRetry() async throws {
        let fixture = try await RunFixture()
        let job = fixture.job(try fixture.images(), .jsonl)
        try await fixture.run(job, "part")
        let merged = fixture.files("merged")
        var description = try RunDescription(path: fixture.files("part").description)
        description.replacesOutput = true
        try description.write(to: merged.retry.description)
        for path in [merged.retry.output, merged.retry.errors] { try FileBytes.write(Array("old\n".utf8), to: path) }
        _ = try ShardMerge([fixture.files("part").output])(to: merged.output, overwrites: true)
        #expect(!merged.retry.all.contains { $0.exists })
        try await fixture.run(job, "merged")
        #expect(fixture.bytes(merged.output) == fixture.bytes(fixture.files("part").output))
    }

    /// Of a shard that was tried again all files are new, or the old ones are merged.
    @Test func aShardThatIsHalfReplacedIsReported() async throws {
        let fixture = try await RunFixture()
        let job = fixture.job(try fixture.images(), .jsonl)
        try await fixture.run(job, "part")
        let part = fixture.files("part")
        var description = try RunDescription(path: part.description)
        description.replacesOutput = true
        try description.write(to: part.retry.description)
        let error = #expect(throws: RecaptionError.self) { try ShardMerge([part.output]) }
        #expect("\(String(describing: error))".contains("run its command again first"))
        try await fixture.run(job, "part")
        _ = try ShardMerge([part.output])
    }

    /// While the files of an output are replaced one by one it has no description, which no run takes for its own.
    @Test func anOutputThatIsHalfReplacedHasNoDescription() async throws {
        let fixture = try await RunFixture()
        try await fixture.run(fixture.job(try fixture.images(), .jsonl), "part")
        let merged = fixture.files("merged")
        for path in merged.all { try fixture.folder.write("old\n", as: path.lastComponent?.string ?? "") }
        let whole = try ShardMerge([fixture.files("part").output]).written(for: merged.output, overwrites: true)
        #expect(merged.all.map { fixture.lines($0) } == [["old"], ["old"], ["old"]])
        // That the first cannot be replaced simulates the end of the process.
        try FileManager.default.removeItem(atPath: merged.output.string)
        try FileManager.default.createDirectory(atPath: merged.output.string, withIntermediateDirectories: false)
        #expect(throws: FileError.unwritableOutput(path: merged.output.string, cause: "Is a directory")) {
            try whole.replaceOutput()
        }
        #expect(!merged.description.exists)
        #expect(fixture.lines(merged.errors) == ["old"])
    }

    @Test func unfinishedAndOtherShardsAreReported() async throws {
        let fixture = try await RunFixture(batchSize: 1)
        var job = fixture.job(try fixture.images(), .jsonl)
        job.shard = try #require(Shard("1/2"))
        try await fixture.run(job, "one", isStopped: { true })
        job.shard = try #require(Shard("2/2"))
        job.generation.maxNewTokens = 4
        try await fixture.run(job, "two")
        let (one, two) = (fixture.folder.path("one"), fixture.folder.path("two"))
        #expect(throws: RecaptionError.unmergeable(cause: "\(one) is not finished")) {
            try ShardMerge([FilePath(one), FilePath(two)])
        }
        job.shard = try #require(Shard("1/2"))
        job.generation.maxNewTokens = 12
        try await fixture.run(job, "one")
        let cause = "\(two) was made otherwise: max_new_tokens was 12 and is 4"
        #expect(throws: RecaptionError.unmergeable(cause: cause)) { try ShardMerge([FilePath(one), FilePath(two)]) }
    }

    @Test func shardsOfOtherInputsAreReported() async throws {
        let fixture = try await RunFixture()
        var shards: [FilePath] = []
        for (number, name) in [(1, "a.jsonl"), (2, "b.jsonl")] {
            let file = try fixture.folder.write(RunFixture.samples.joined(separator: "\n") + "\n", as: name)
            var job = fixture.job(try DataSet(path: file.path), .dataJuicer)
            job.shard = try #require(Shard(number: number, count: 2))
            try await fixture.run(job, "shard\(number)")
            shards.append(fixture.files("shard\(number)").output)
        }
        let inputs = ["a.jsonl", "b.jsonl"].map { fixture.folder.path($0) }
        let cause = "\(shards[1]) is of \(inputs[1]), \(shards[0]) of \(inputs[0])"
        #expect(throws: RecaptionError.unmergeable(cause: cause)) { try ShardMerge(shards) }
    }
}
