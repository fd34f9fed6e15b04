import CaptionerDemoModel
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(45))) struct WorkerCommandTests {
    private let pictures: URL

    init() throws { pictures = try DemoModel.pictures() }

    @Test func oneLineAtATimeThenTheEnd() throws {
        let worker = try RunningWorker(
            ["--quiet", "--batch-size", "64", "--model", DemoModel.checkpoint().path], in: pictures)
        for (index, caption) in ["a red triangle", "a croissant on a purple background", "a red triangle"].enumerated()
        {
            let name = index == 1 ? "scene-01.png" : "shape-01.png"
            try worker.send("{\"id\": \(index), \"image\": \"\(name)\"}\n")
            #expect(worker.answer() == "{\"id\": \(index), \"image\": \"\(name)\", \"caption\": \"\(caption)\"}")
        }
        try worker.closeInput()
        #expect(worker.answer() == "")
        #expect(worker.note() == "")
        #expect(worker.status() == 0)
    }

    @Test func badLinesAreAnsweredAndCounted() throws {
        let worker = try RunningWorker(["--keep-whitespace"], in: pictures)
        try worker.send("\nno JSON\n{\"image\": \"missing.png\"}\n{\"image\": \"shape-01.png\"}")
        try worker.closeInput()
        #expect(worker.answer().contains("line 1: blank"))
        #expect(worker.answer().contains("line 2: not JSON"))
        #expect(worker.answer().contains("\"stage\": \"read\""))
        #expect(worker.answer() == "{\"image\": \"shape-01.png\", \"caption\": \"a red triangle\\n\"}")
        #expect(worker.answer() == "")
        var notes = ""
        while case let note = worker.note(), !note.isEmpty { notes += note + "\n" }
        #expect(notes.contains("the demo model knows"))
        #expect(notes.hasSuffix("1 captioned, 3 failed\n"))
        #expect(worker.status() == 2)
    }

    /// More requests than pipes hold, of two lengths: all answered, in order.
    @Test func manyRequests() throws {
        let folder = try TemporaryFolder()
        let bytes = try Data(contentsOf: pictures.appendingPathComponent("shape-01.png")).base64EncodedString()
        let lines = (0..<500).map { index in
            index % 2 == 0
                ? "{\"image\": \"shape-02.png\", \"id\": \(index)}"
                : "{\"image_base64\": \"\(bytes)\", \"id\": \(index)}"
        }
        let file = try folder.write(lines.joined(separator: "\n"), as: "requests")
        let result = try CommandLineTool.run(["-", "--quiet"], in: pictures, input: file)
        #expect(result.status == 0)
        #expect(result.lines.count == 500)
        for (index, line) in result.lines.enumerated() { #expect(line.hasPrefix("{\"id\": \(index), ")) }
        #expect(Set(result.lines.map { $0.hasSuffix("\"caption\": \"a red triangle\"}") }).count == 2)
    }

    @Test(arguments: [SIGTERM, SIGINT]) func signalsEndAWaitingWorker(signal: Int32) throws {
        let worker = try RunningWorker(["--quiet"])
        try worker.send("{\"id\": 1}\n")
        #expect(worker.answer().hasPrefix("{\"id\": 1,"))
        worker.send(signal: signal)
        #expect(worker.answer() == "")
        #expect(worker.status() == 128 + signal)
    }

    @Test func aReaderThatIsGoneIsReported() throws {
        let worker = try RunningWorker(["--quiet"])
        try worker.send("{\"id\": 1}\n")
        #expect(worker.answer().hasPrefix("{\"id\": 1,"))
        try worker.stopReading()
        try worker.send("{\"id\": 2}\n")
        #expect(worker.note() == "caption-images: cannot write standard output: Broken pipe")
        #expect(worker.status() == 1)
    }

    @Test func aKilledWorkerLosesWhatItWasToAnswer() throws {
        let worker = try RunningWorker(["--quiet"])
        try worker.send("{\"id\": 1}\n")
        #expect(worker.answer().hasPrefix("{\"id\": 1,"))
        worker.send(signal: SIGKILL)
        #expect(worker.answer() == "")
        #expect(worker.status(killed: true) == SIGKILL)
    }

    /// The options of captions hold: a sampled caption has a seed, and versions of Data-Juicer their texts.
    @Test func optionsOfCaptions() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("{\"image\": \"shape-01.png\", \"prompt\": \"a\"}\n", as: "requests")
        func caption(_ arguments: [String]) throws -> String {
            try CommandLineTool.run(["-", "--quiet"] + arguments, in: pictures, input: file).output
        }
        let echoed = try caption(["--compat", "data-juicer-1.6", "--keep-whitespace"])
        #expect(echoed.hasSuffix("\"caption\": \"a red triangle\\n\"}\n"), "\(echoed)")
        let sampled = ["--sample", "--temperature", "5", "--num-captions", "3", "--log-probabilities"]
        let first = try caption(sampled + ["--seed", "1"])
        #expect(try first == caption(sampled + ["--seed", "1"]))
        #expect(try first != caption(sampled + ["--seed", "2"]))
        #expect(first.contains("\"captions\": [") && first.contains("\"log_probabilities\": ["))
    }

    @Test(arguments: [
        ["-", "a.png"], ["-", "-"], ["-", "-o", "x"], ["-", "--limit", "1"], ["-", "--summary", "x"],
        ["-", "--overwrite"],
        ["-", "--config", "x"], ["-", "--prompt-key", "x"], ["-", "--format", "csv"], ["-", "--num-captions", "2"],
        ["-", "--batch-size", "0"],
    ])
    func whatHasNoMeaningIsRefused(arguments: [String]) throws {
        let result = try CommandLineTool.run(arguments)
        #expect(result.status == 64, "\(result.errors)")
        #expect(result.output.isEmpty)
    }

    @Test func anInputThatCannotBeRead() throws {
        let result = try CommandLineTool.run(["-", "--quiet"], input: pictures)
        #expect(result.status == 1)
        #expect(result.errors == "caption-images: cannot read standard input: Is a directory\n")
    }
}
