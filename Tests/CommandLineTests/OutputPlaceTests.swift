import CaptionerDemoModel
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

    /// What keeps a run from starting is reported without a promise that the same command resumes.
    @Test func noRunResumesThatCannotStart() throws {
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

    /// When the output is gone, nothing is kept that could be resumed from.
    @Test func nothingToTryAgainIsReported() throws {
        let result = try CommandLineTool.run([picture, "-o", "out", "--retry-failed", "--quiet"], in: folder.url)
        #expect(result.status == 1)
        #expect(result.errors.contains("out is not there, so nothing can be tried again"), "\(result.errors)")
        #expect(!result.errors.contains("resumes"))
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

    /// The images that samples name and the model's files are read, too.
    @Test(arguments: [
        "set.jsonl -o out --summary 0.png", "set.jsonl -o out --summary hard.json", "set.jsonl -o 0.png --overwrite",
        "set.jsonl --format sidecar -o link.png --overwrite", "set.jsonl --summary odd.png",
        "0.png -o out --model model --summary model/config.json", "0.png --model model --summary linked/vocab.json",
        "trace 0.png -o model/merges.txt --model model",
    ])
    func whatIsReadIsNotReplaced(command: String) throws {
        try folder.copy(DemoModel.checkpoint(), as: "model")
        try folder.write("no picture", as: "odd.png")
        let lines = [
            #"{"id": 1, "images": [1, "odd.png"]}"#, #"{"id": 2, "text": "<__dj__image>", "images": ["0.png"]}"#,
        ]
        try folder.write(lines.joined(separator: "\n"), as: "set.jsonl")
        try FileManager.default.linkItem(atPath: folder.path(picture), toPath: folder.path("hard.json"))
        try link("link.png", to: picture)
        try link("linked", to: "model")
        func contents() throws -> [String: Data?] {
            let names = try FileManager.default.subpathsOfDirectory(atPath: folder.url.path)
            return Dictionary(
                uniqueKeysWithValues: names.map { ($0, FileManager.default.contents(atPath: folder.path($0))) })
        }
        let before = try contents()
        let result = try CommandLineTool.run(command.split(separator: " ").map(String.init), in: folder.url)
        #expect(result.status == 1 && result.errors.contains("it is read by this run"), "\(result.errors)")
        #expect(result.output.isEmpty)
        #expect(try contents() == before)
    }

    /// A file that the shell has opened is written where the shell wants it, and keeps what else is written there.
    @Test func filesThatAreOpenAreNotReplaced() throws {
        func log(_ commands: String) throws -> [String] {
            let result = try CommandLineTool.shell("{ echo a; \(commands); echo z; } > log", in: folder.url)
            #expect(result.errors.isEmpty, "\(result.errors)")
            let text = String(
                decoding: FileManager.default.contents(atPath: folder.path("log")) ?? Data(), as: UTF8.self)
            let lines = text.split(separator: "\n").map(String.init)
            #expect(lines.first == "a" && lines.last == "z")
            return Array(lines.dropFirst().dropLast())
        }
        try link("soft", to: "/dev/fd/1")
        let row = try CommandLineTool.run([picture, "--quiet"], in: folder.url).lines
        let set = String(
            decoding: FileManager.default.contents(atPath: folder.path("set.jsonl")) ?? Data(), as: UTF8.self)
        for place in ["/dev/stdout", "/dev/fd/1", "soft"] {
            #expect(try log("tool 0.png --quiet -o \(place)") == row)
            #expect(try log("tool draw set.jsonl -o \(place) 2> drawn") == [String(set.dropLast())])
            #expect(
                try log("tool 0.png --quiet -o out --summary \(place)").contains {
                    $0.contains("\"rates\"") || $0.contains("images")
                })
        }
        #expect(try log("tool trace 0.png -o /dev/fd/3 3> trace").count == 1)
        let trace = FileManager.default.contents(atPath: folder.path("trace")) ?? Data()
        #expect(trace.count > 1000)
        for (options, output) in [
            ("--summary /dev/stdout", "log"), ("--summary log", "log"), ("-o /dev/fd/1 --summary ./log", "log"),
            ("-o new --summary /dev/stdout", "new"),
        ] {
            let result = try CommandLineTool.shell("tool 0.png --quiet \(options) > \(output)", in: folder.url)
            #expect(result.status == 1 && result.errors.contains("twice"), "\(result.errors)")
            #expect(FileManager.default.contents(atPath: folder.path(output))?.isEmpty == true)
        }
    }

    /// The shell has opened it already, and what is read would grow or hold what it should not.
    @Test(arguments: [
        "tool set.jsonl -o - >> set.jsonl", "tool set.jsonl >> hard.jsonl", "tool set.jsonl --quiet >> 0.png",
        "tool 0.png >> 0.png", "tool set.jsonl -o /dev/stdout >> set.jsonl",
        "tool set.jsonl -o /dev/fd/3 3>> set.jsonl",
        "tool 0.png --model model >> model/merges.txt", "tool - < requests >> requests",
        "tool draw set.jsonl -o /dev/stdout >> set.jsonl", "tool trace 0.png -o /dev/stdout >> 0.png",
        "tool report set.jsonl -o /dev/stdout >> set.jsonl",
    ])
    func standardOutputIsNoInput(command: String) throws {
        try folder.copy(DemoModel.checkpoint(), as: "model")
        try folder.write(#"{"image": "0.png"}"# + "\n", as: "requests")
        try FileManager.default.linkItem(atPath: folder.path("set.jsonl"), toPath: folder.path("hard.jsonl"))
        let files = ["set.jsonl", picture, "requests", "model/merges.txt"]
        let before = files.map { FileManager.default.contents(atPath: folder.path($0)) }
        let result = try CommandLineTool.shell(command, in: folder.url)
        #expect(result.status == 1)
        #expect(result.errors.contains("it is read by this run"), "\(result.errors)")
        #expect(files.map { FileManager.default.contents(atPath: folder.path($0)) } == before)
        // Elsewhere rows may follow others.
        try folder.write("a\n", as: "log")
        let other = try CommandLineTool.shell("tool set.jsonl --quiet >> log", in: folder.url)
        #expect(other.status == 0, "\(other.errors)")
        #expect(try String(contentsOfFile: folder.path("log"), encoding: .utf8).hasPrefix("a\n{\"id\": 1"))
    }

    #if os(Linux)
        /// Help and descriptions that do not get to where they are read are no success.
        @Test(arguments: [
            "--help", "help", "caption --help", "--version", "inspect", "trace 0.png -o t", "0.png --quiet",
        ])
        func aFullDeviceIsReported(command: String) throws {
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

    /// A pipe without a reader keeps no command from ending.
    @Test(arguments: [
        ["draw", "set.jsonl", "-o", "pipe"],
        ["convert", "set.jsonl", "--questions", "q.json", "--keep-bad-rows", "-o", "pipe"],
    ])
    func aPipeThatIsNotRead(arguments: [String]) throws {
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

    @Test func aSummaryThatIsNotRead() throws {
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
