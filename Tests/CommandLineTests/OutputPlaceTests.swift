import DemoModel
import Foundation
import TestSupport
import Testing

/// Outputs that are links, folders, pipes, full devices, or what is read.
@Suite(.timeLimit(.minutes(45))) struct OutputPlaceTests {
    private let folder: TemporaryFolder
    private let picture = "0.png"

    init() throws {
        folder = try TemporaryFolder()
        try folder.copy(Fixtures.pictures.appendingPathComponent("easy-vqa-000.png"), as: picture)
        try folder.write(#"{"id": 1, "text": "<__dj__image>", "images": ["0.png"]}"# + "\n", as: "set.jsonl")
    }

    private var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: folder.url.path) } }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: folder.path(name), withDestinationPath: target)
    }

    /// What keeps a run from beginning is told without a promise that the same command goes on.
    @Test func noRunGoesOnThatCannotBegin() throws {
        try link("loop", to: "loop")
        try link("lost", to: "no/such")
        for folders in ["a.run.json/x", "b.errors.jsonl/x", "c.retry/x"] { try folder.write("", as: folders) }
        let before = try names.sorted()
        for (output, cause) in [
            ("loop", "cannot write loop: Too many levels of symbolic links"),
            ("lost", "cannot write lost: No such file or directory"),
            ("a", "cannot write a.run.json: Is a directory"), ("b", "cannot write b.errors.jsonl: Is a directory"),
            ("c", "cannot write c.retry: Is a directory"),
        ] {
            for mode in [[], ["--overwrite"], ["--retry-failed"]] {
                let result = try CommandLineTool.run([picture, "-o", output, "--quiet"] + mode, in: folder.url)
                #expect(result.status == 1)
                #expect(result.errors == "caption-images: \(cause)\n")
            }
        }
        #expect(try names.sorted() == before)
    }

    /// The link stays one, also when the run begins anew.
    @Test func aLinkToAFileThatIsToBeMade() throws {
        try folder.write("", as: "data/x")
        try link("out", to: "data/out")
        for options in [[], [], ["--overwrite"], ["--limit", "0", "--overwrite"]] {
            let result = try CommandLineTool.run([picture, "-o", "out", "--quiet"] + options, in: folder.url)
            #expect(result.status == 0, "\(result.errors)")
            let rows = FileManager.default.contents(atPath: folder.path("data/out")) ?? Data()
            #expect(rows.isEmpty == options.contains("--limit"))
        }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("out")) == "data/out")
        #expect(try names.contains("out.run.json"))
    }

    /// When the output is gone, nothing is kept that could be gone on behind.
    @Test func nothingToTryAgainIsTold() throws {
        let result = try CommandLineTool.run([picture, "-o", "out", "--retry-failed", "--quiet"], in: folder.url)
        #expect(result.status == 1)
        #expect(result.errors.contains("out is not there, so nothing can be tried again"), "\(result.errors)")
        #expect(!result.errors.contains("goes on"))
        #expect(try names.sorted() == [picture, "set.jsonl"])
    }

    @Test(arguments: [
        ["convert", "set.jsonl"], ["draw", "set.jsonl"], ["merge", "set.jsonl"], ["report", "set.jsonl"],
        ["trace", "0.png"], ["pack", "model", "--precision", "int8"],
    ])
    func aDashIsNoFile(arguments: [String]) throws {
        let result = try CommandLineTool.run(arguments + ["-o", "-"], in: folder.url)
        #expect(result.status == 64 && result.output.isEmpty)
        #expect(result.errors.contains("--output is -, expected a name"), "\(result.errors)")
        #expect(try names.sorted() == [picture, "set.jsonl"])
    }

    @Test(arguments: [
        ["draw", "set.jsonl", "-o", "set.jsonl"], ["draw", "set.jsonl", "-o", "./set.jsonl"],
        ["draw", "set.jsonl", "-o", "soft.jsonl"], ["draw", "soft.jsonl", "-o", "set.jsonl"],
        ["draw", "set.jsonl", "-o", "hard.jsonl"],
        ["convert", "set.jsonl", "-o", "hard.jsonl"],
        ["convert", "set.jsonl", "--questions", "questions.json", "-o", "questions.json"],
        ["merge", "run.jsonl", "-o", "run.jsonl"], ["merge", "run.jsonl", "-o", "run.jsonl.run.json"],
        ["merge", "run.jsonl", "-o", "softrun.jsonl"],
    ])
    func inputsAreNotReplaced(arguments: [String]) throws {
        try FileManager.default.linkItem(atPath: folder.path("set.jsonl"), toPath: folder.path("hard.jsonl"))
        try link("soft.jsonl", to: "set.jsonl")
        try link("softrun.jsonl", to: "run.jsonl")
        try folder.write("[]", as: "questions.json")
        #expect(try CommandLineTool.run([picture, "-o", "run.jsonl", "--quiet"], in: folder.url).status == 0)
        let before = try names.sorted().map { ($0, FileManager.default.contents(atPath: folder.path($0))) }
        let result = try CommandLineTool.run(arguments + ["--overwrite"], in: folder.url)
        #expect(result.status == 1 && result.errors.contains("it is read by this run"), "\(result.errors)")
        let after = try names.sorted().map { ($0, FileManager.default.contents(atPath: folder.path($0))) }
        #expect(before.elementsEqual(after, by: ==))
    }

    #if os(Linux)
        /// Help and descriptions that do not get to where they are read are no success.
        @Test(arguments: [
            "--help", "help", "caption --help", "--version", "inspect", "trace 0.png -o t", "0.png --quiet",
        ])
        func aFullDeviceIsTold(command: String) throws {
            let result = try CommandLineTool.shell("tool \(command) > /dev/full", in: folder.url)
            #expect(result.status == 1)
            #expect(
                result.errors.contains("caption-images: cannot write standard output: No space left on device"),
                "\(result.errors)")
        }
    #endif

    /// Text files beside images are outputs, too.
    @Test(arguments: [
        ["-o", "0.txt"], ["-o", "out", "--summary", "./0.txt"], ["-o", "out", "--summary", "link/0.txt"],
    ])
    func sidecarsReplaceNoOtherOutput(options: [String]) throws {
        try link("link", to: ".")
        for input in [picture, "set.jsonl", "."] {
            let result = try CommandLineTool.run(
                [input, "--format", "sidecar", "--overwrite"] + options, in: folder.url)
            #expect(result.status == 1)
            #expect(result.errors.contains("\(options.last ?? "") twice"), "\(result.errors)")
            #expect(try names.sorted() == [picture, "link", "set.jsonl"])
        }
    }

    /// A pipe that nobody reads keeps no command from ending.
    @Test(arguments: [
        ["draw", "set.jsonl", "-o", "pipe"], ["convert", "set.jsonl", "--questions", "q.json", "-o", "pipe"],
    ])
    func aPipeThatNobodyReads(arguments: [String]) throws {
        try folder.write(
            #"[{"id": 1, "conversations": [{"from": "human", "value": "?"}, {"from": "gpt", "value": "!"}]}]"#,
            as: "q.json")
        #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
        for (signal, delay) in [(SIGTERM, Duration.milliseconds(300)), (SIGINT, .milliseconds(50))] {
            let end = try CommandLineTool.run(arguments, in: folder.url, stoppedBy: signal, after: delay)
            #expect([.exit(128 + signal), .signal(signal)].contains(end))
        }
        // With a reader it gets all.
        let result = try CommandLineTool.shell(
            "cat pipe & tool \(arguments.joined(separator: " ")); wait", in: folder.url)
        #expect(result.output.contains("\"id\": 1"), "\(result.errors)")
    }

    @Test func aPipeWhoseReaderStops() throws {
        let line = #"{"id": 1, "text": "\#(String(repeating: "x", count: 1000))"}"# + "\n"
        try folder.write(String(repeating: line, count: 1000), as: "set.jsonl")
        #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
        let reader = open(folder.path("pipe"), O_RDONLY | O_NONBLOCK)
        let process = try ChildProcess(
            CommandLineTool.executable(), ["draw", "set.jsonl", "-o", "pipe"], in: folder.url)
        var count: Int32 = 0
        while process.isRunning, ioctl(reader, UInt(FIONREAD), &count) == 0, count < 65536 {
            Thread.sleep(forTimeInterval: 0.02)
        }
        process.send(signal: SIGTERM)
        #expect(process.end() == .exit(128 + SIGTERM))
        close(reader)
        // A reader that takes its time gets all.
        let result = try CommandLineTool.shell(
            "{ sleep 1; cat pipe; } & tool draw set.jsonl -o pipe; wait", in: folder.url)
        #expect(result.lines.count == 1000)
    }

    @Test func aSummaryThatNobodyReads() throws {
        #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
        let arguments = [picture, "-o", "out", "--summary", "pipe", "--quiet"]
        let process = try ChildProcess(CommandLineTool.executable(), arguments, in: folder.url)
        while process.isRunning,
            FileManager.default.contents(atPath: folder.path("out.run.json")).map({
                String(decoding: $0, as: UTF8.self).contains("\"finished\": true")
            }) != true
        { Thread.sleep(forTimeInterval: 0.02) }
        process.send(signal: SIGTERM)
        #expect(process.end() == .exit(128 + SIGTERM))
        let result = try CommandLineTool.shell(
            "cat pipe & tool \(arguments.joined(separator: " ")); wait", in: folder.url)
        #expect(result.output.contains("\"resumed\" : 1"), "\(result.output) \(result.errors)")
    }
}
