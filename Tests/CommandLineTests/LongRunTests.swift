import CaptionerDemoModel
import Foundation
import TestSupport
import Testing

/// What happens to runs from outside: each loses nothing, says what it was, and the same command resumes.
@Suite(.timeLimit(.minutes(45))) struct LongRunTests {
    private let folder: TemporaryFolder
    private let pictureCount = 240
    private let arguments = ["set.jsonl", "-o", "out.jsonl", "--no-sample", "--batch-size", "4", "--precision", "f32"]

    init() throws {
        folder = try TemporaryFolder()
        let pictures = try FileManager.default.contentsOfDirectory(atPath: Fixtures.pictures.path)
            .filter { $0.hasSuffix(".png") }.sorted()
        var lines: [String] = []
        for index in 0..<pictureCount {
            let name = "images/\(index).png"
            if index % 40 == 7 {
                try folder.write("<html>", as: name)
            } else {
                // Bytes after the end change no image, but make each file another.
                let picture = try Data(
                    contentsOf: Fixtures.pictures.appendingPathComponent(pictures[index % pictures.count]))
                try folder.write(Array(picture) + Array("\(index)".utf8), as: name)
            }
            lines.append(#"{"id": \#(index), "text": "<__dj__image> old <|__dj__eoc|>", "images": ["\#(name)"]}"#)
        }
        try folder.write(lines.joined(separator: "\n") + "\n", as: "set.jsonl")
    }

    private func contents(_ name: String) -> Data? { FileManager.default.contents(atPath: folder.path(name)) }

    /// What an undisturbed run writes.
    private func undisturbed() throws -> Data? {
        #expect(try CommandLineTool.run(arguments + ["-o", "whole.jsonl"], in: folder.url).status == 2)
        return contents("whole.jsonl")
    }

    @Test func killedAndStoppedRunsResume() throws {
        let whole = try undisturbed()
        var ends: [ChildProcess.End] = []
        for (signal, milliseconds) in [(SIGKILL, 150), (SIGINT, 200), (SIGTERM, 250), (SIGKILL, 120)] {
            ends.append(
                try CommandLineTool.run(
                    arguments, in: folder.url, stoppedBy: signal, after: .milliseconds(milliseconds)))
        }
        // On a fast machine it may have been done before, on a busy one it may not have begun.
        let expected: [[ChildProcess.End]] = [
            [.signal(SIGKILL)], [.exit(130), .signal(SIGINT)], [.exit(143), .signal(SIGTERM)], [.signal(SIGKILL)],
        ]
        #expect(zip(ends, expected).allSatisfy { $0 == .exit(2) || $1.contains($0) }, "\(ends)")
        let result = try CommandLineTool.run(arguments, in: folder.url)
        #expect(result.status == 2)
        #expect(contents("out.jsonl") == whole)
        #expect(contents("out.jsonl.errors.jsonl") == contents("whole.jsonl.errors.jsonl"))
        #expect(
            String(decoding: contents("out.jsonl.run.json") ?? Data(), as: UTF8.self).contains("\"finished\": true"))
    }

    @Test(.enabled(if: CommandLineTool.takesFileSizeLimits)) func aFullDiskIsReportedAndNothingIsLost() throws {
        let whole = try undisturbed()
        let full = try CommandLineTool.run(arguments, in: folder.url, fileSizeLimit: 20)
        #expect(full.status == 1)
        #expect(full.errors.contains("caption-images: cannot write out.jsonl: File too large"), "\(full.errors)")
        let size = contents("out.jsonl")?.count ?? 0
        #expect(size > 5000 && size <= 20 * 512)
        let result = try CommandLineTool.run(arguments, in: folder.url)
        #expect(result.errors.contains(" were done before"))
        #expect(contents("out.jsonl") == whole)
    }

    @Test func shardsAreMerged() throws {
        let whole = try undisturbed()
        let shards = try (1...3).map { number in
            let name = "part\(number).jsonl"
            _ = try CommandLineTool.run(arguments + ["-o", name, "--shard", "\(number)/3"], in: folder.url)
            return name
        }
        #expect(try CommandLineTool.run(["merge", shards[2], shards[0], "-o", "m.jsonl"], in: folder.url).status == 1)
        let merged = try CommandLineTool.run(
            ["merge", shards[2], shards[0], shards[1], "-o", "m.jsonl"], in: folder.url)
        #expect(merged.status == 0)
        #expect(merged.errors.contains("240 rows and 6 error records of 3 shards merged"))
        #expect(contents("m.jsonl") == whole)
        #expect(try CommandLineTool.run(arguments + ["-o", "m.jsonl"], in: folder.url).errors.contains("0 captioned"))
    }

    /// A reader that goes away, as `head` does.
    @Test func aClosedPipeIsReportedOnce() throws {
        let script = "tool set.jsonl --no-sample --batch-size 4; echo status $? >&2"
        let result = try CommandLineTool.shell("{ \(script); } | head -n 1", in: folder.url)
        #expect(result.lines.count == 1)
        #expect(result.errors.contains("caption-images: cannot write standard output: Broken pipe"), "\(result.errors)")
        #expect(result.errors.contains("status 1"))
    }

    @Test func aRunWithAnotherSeedOrModelIsNotMixedIn() throws {
        #expect(try CommandLineTool.run(arguments + ["--limit", "4"], in: folder.url).status == 0)
        let other = try CommandLineTool.run(arguments + ["--max-new-tokens", "3"], in: folder.url)
        #expect(other.status == 1)
        #expect(
            other.errors.contains("out.jsonl was made otherwise: max_new_tokens was 128 and is 3"), "\(other.errors)")
    }
}
