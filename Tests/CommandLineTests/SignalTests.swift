import CaptionerDemoModel
import Foundation
import TestSupport
import Testing

/// Signals at any moment: none is lost, nothing is left half done, and the same command resumes.
///
/// When a signal comes is left to chance, so any of its outcomes is right. Before `main` it ends the process by itself.
@Suite(.timeLimit(.minutes(45))) struct SignalTests {
    private let folder: TemporaryFolder
    private let pictures: String
    private let model: String

    init() throws {
        folder = try TemporaryFolder()
        pictures = try DemoModel.pictures().path
        model = try DemoModel.checkpoint().path
    }

    private var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: folder.url.path) } }

    private func contents(_ name: String) -> Data? { FileManager.default.contents(atPath: folder.path(name)) }

    /// Moments from the start on, the same in every run of the tests.
    private func moments(_ count: Int, upTo milliseconds: Int, seed: UInt64) -> [(signal: Int32, delay: Duration)] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { index in
            let microseconds = Int.random(in: 0...milliseconds * 1000, using: &random)
            return (index % 2 == 0 ? SIGTERM : SIGINT, .microseconds(microseconds))
        }
    }

    /// A worker whose input stays open ends by the signal alone.
    @Test func aWorkerEndsWheneverTheSignalComes() throws {
        for (signal, delay) in moments(15, upTo: 20, seed: 1) + moments(15, upTo: 400, seed: 2) {
            let worker = try RunningWorker(["--quiet"], in: folder.url)
            try worker.send("{\"id\": 1}\n")
            Thread.sleep(forTimeInterval: delay / .seconds(1))
            worker.send(signal: signal)
            let end = worker.end()
            #expect([.exit(128 + signal), .signal(signal)].contains(end), "after \(delay)")
        }
    }

    @Test func aRunResumesWheneverTheSignalCame() throws {
        let arguments = [pictures, "-o", "out.jsonl", "--batch-size", "1", "--precision", "f32", "--quiet"]
        #expect(try CommandLineTool.run(arguments + ["-o", "whole.jsonl"], in: folder.url).status == 0)
        for (signal, delay) in moments(15, upTo: 20, seed: 3) + moments(15, upTo: 400, seed: 4) {
            let end = try CommandLineTool.run(arguments, in: folder.url, stoppedBy: signal, after: delay)
            #expect([.exit(0), .exit(128 + signal), .signal(signal)].contains(end), "after \(delay)")
            guard end == .exit(0) else { continue }
            #expect(contents("out.jsonl") == contents("whole.jsonl"))
            try FileManager.default.removeItem(atPath: folder.path("out.jsonl"))
        }
        #expect(try CommandLineTool.run(arguments, in: folder.url).status == 0)
        #expect(contents("out.jsonl") == contents("whole.jsonl"))
    }

    @Test func packingLeavesAllOrNothing() throws {
        let arguments = ["pack", model, "-o", "new/packed", "--precision", "int8", "--quiet"]
        #expect(try CommandLineTool.run(arguments + ["-o", "whole"], in: folder.url).status == 0)
        let expected = contents("whole/packed.safetensors")
        for (signal, delay) in moments(30, upTo: 200, seed: 5) {
            let end = try CommandLineTool.run(arguments, in: folder.url, stoppedBy: signal, after: delay)
            #expect([.exit(0), .exit(128 + signal), .signal(signal)].contains(end), "after \(delay)")
            if end == .exit(0) {
                #expect(expected != nil && contents("new/packed/packed.safetensors") == expected)
                try FileManager.default.removeItem(atPath: folder.path("new"))
            }
            #expect(try names == ["whole"], "after \(delay)")
        }
    }

    /// The answers to what was read fill a pipe that is not read; a second signal does not wait for that.
    @Test func anotherSignalEndsAtOnce() throws {
        let worker = try RunningWorker(["--quiet", "--batch-size", "512"], in: folder.url)
        let message = String(repeating: "x", count: 1000)
        Thread.detachNewThread {
            for _ in 0..<2000 { try? worker.send("{\"id\": \"\(message)\"}\n") }
        }
        #expect(worker.answer().hasPrefix("{\"id\": \"xxx"))
        while worker.isRunning {
            worker.send(signal: SIGTERM)
            Thread.sleep(forTimeInterval: 0.05)
        }
        #expect(worker.end() == .exit(128 + SIGTERM))
    }

    @Test func aTerminalThatIsGoneEndsTheRunUnlessHangupsAreIgnored() throws {
        let worker = try RunningWorker(["--quiet"], in: folder.url)
        try worker.send("{\"id\": 1}\n")
        #expect(worker.answer().hasPrefix("{\"id\": 1,"))
        worker.send(signal: SIGHUP)
        #expect(worker.end() == .exit(128 + SIGHUP))

        // The tool's own process sends it, before `main` as well as later.
        let script = "trap '' HUP; (for i in 1 2 3 4 5 6 7 8 9; do kill -HUP $$; sleep 0.05; done) & true"
        let result = try CommandLineTool.run([pictures, "--quiet"], behind: script, in: folder.url)
        #expect(result.status == 0)
        #expect(try result.lines == CommandLineTool.run([pictures, "--quiet"], in: folder.url).lines)
    }

    /// A run that looks for its resume point leaves everything as it was.
    @Test func aRunThatIsStoppedBeforeItBeginsChangesNothing() throws {
        let line = "{\"text\": \"words\", \"images\": []}\n"
        try folder.write(String(repeating: line, count: 100_000), as: "set.jsonl")
        let arguments = ["set.jsonl", "-o", "out.jsonl", "--quiet"]
        #expect(try CommandLineTool.run(arguments, in: folder.url).status == 0)
        let (rows, description) = (contents("out.jsonl"), contents("out.jsonl.run.json"))
        for (signal, delay) in moments(10, upTo: 1000, seed: 6) {
            let end = try CommandLineTool.run(arguments, in: folder.url, stoppedBy: signal, after: delay)
            #expect([.exit(0), .exit(128 + signal), .signal(signal)].contains(end), "after \(delay)")
            #expect(contents("out.jsonl") == rows)
            if end != .exit(0) { #expect(contents("out.jsonl.run.json") == description, "after \(delay)") }
        }
    }
}
