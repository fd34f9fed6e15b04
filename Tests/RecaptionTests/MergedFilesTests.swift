import Captioner
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerFiles
@testable import CaptionerRecaption

/// What is where a merge, or a run, puts its files.
@Suite(.timeLimit(.minutes(45))) struct MergedFilesTests {
    private let fixture: RunFixture
    private let part: FilePath
    private let merged: RunFiles

    init() async throws {
        fixture = try await RunFixture()
        try await fixture.run(fixture.job(try fixture.images(), .jsonl), "part")
        part = fixture.files("part").output
        merged = fixture.files("merged")
    }

    /// Nothing is replaced that was there, whether it is the output or a file beside it.
    @Test func whatIsThereIsKept() throws {
        let before = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.url.path).sorted()
        for path in merged.possible {
            try FileBytes.write(Array("precious\n".utf8), to: path)
            #expect(throws: FileError.outputExists(path: path.string)) {
                try ShardMerge([part])(to: merged.output)
            }
            #expect(fixture.lines(path) == ["precious"])
            try path.remove()
            #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder.url.path).sorted() == before)
        }
        for path in merged.possible { try FileBytes.write(Array("old\n".utf8), to: path) }
        _ = try ShardMerge([part])(to: merged.output, overwrites: true)
        #expect(fixture.bytes(merged.output) == fixture.bytes(part))
        #expect(!merged.retry.all.contains { $0.exists })
    }

    /// A merge that was killed between its renames leaves rows, and error records, without a description.
    @Test(arguments: [1, 2]) func whatAKilledMergeLeftIsFinished(count: Int) throws {
        let files = try ShardMerge([part]).written(for: merged.output)
        try files.rows.commit()
        if count > 1 { try files.errors.commit() }
        #expect(!merged.description.exists && merged.errors.exists == (count > 1))
        let left = fixture.bytes(merged.output)
        // What is not the same bytes was not left by it.
        for path in [merged.output, merged.errors] where path.exists {
            let bytes = fixture.bytes(path)
            for (index, change) in [(bytes.count / 2, UInt8(1)), (bytes.count - 1, 1)] {
                var other = bytes
                other[index] ^= change
                try FileBytes.write(other, to: path)
                #expect(throws: FileError.outputExists(path: path.string)) {
                    try ShardMerge([part])(to: merged.output)
                }
                #expect(fixture.bytes(path) == other && !merged.description.exists)
            }
            try FileBytes.write(bytes, to: path)
        }
        #expect(try ShardMerge([part])(to: merged.output) == (10, 3))
        #expect(fixture.bytes(merged.output) == left)
        #expect(fixture.bytes(merged.errors) == fixture.bytes(fixture.files("part").errors))
        #expect(try RunDescription(path: merged.description).isFinished)
        #expect(throws: FileError.outputExists(path: merged.output.string)) {
            try ShardMerge([part])(to: merged.output)
        }
    }

    /// A description that no run wrote is not replaced where there is no output either.
    @Test(arguments: ["", "{", "[]", #"{"name": "my run"}"#]) func foreignDescriptionsAreKept(contents: String)
        async throws
    {
        try fixture.folder.write(contents, as: "out.run.json")
        var job = fixture.job(try fixture.images(), .jsonl)
        for output in [nil, ""] {
            if let output { try fixture.folder.write(output, as: "out") }
            let error = await #expect(throws: DataSetError.self) { try await fixture.run(job, "out") }
            let text = error?.description ?? ""
            #expect(text.contains("out.run.json is damaged") && text.contains("--overwrite"), "\(text)")
            #expect(fixture.bytes(fixture.files("out").description) == Array(contents.utf8))
            #expect(fixture.files("out").output.exists == (output != nil))
        }
        job.mode = .overwrite
        #expect(try await fixture.run(job, "out").total == 10)
    }

    /// An output that was removed is made again, whatever it was.
    @Test func aRemovedOutputIsMadeAgain() async throws {
        var job = fixture.job(try fixture.images(), .jsonl)
        job.limit = 1
        try await fixture.run(job, "out")
        try fixture.files("out").output.remove()
        job.generation.maxNewTokens = 3
        #expect(try await fixture.run(job, "out").done == 1)
    }

    /// The file that is there is named, not the output that is not.
    @Test func errorRecordsWithoutAnOutputAreNamed() async throws {
        let job = fixture.job(try fixture.images(), .jsonl)
        try fixture.folder.write("precious\n", as: "out.errors.jsonl")
        let error = await #expect(throws: RecaptionError.self) { try await fixture.run(job, "out") }
        let files = fixture.files("out")
        #expect(error == .undescribedOutput(path: files.errors.string, description: files.description.string))
        #expect(
            error?.description == "\(files.errors) is there, but no \(files.description) that says how it was made; "
                + "--overwrite replaces it")
        #expect(fixture.lines(files.errors) == ["precious"] && !files.output.exists)
    }
}
