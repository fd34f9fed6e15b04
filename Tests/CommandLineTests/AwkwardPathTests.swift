import CaptionerFiles
import Foundation
import SystemPackage
import TestSupport
import Testing

/// Files and folders as people have them: names that are not UTF-8, too long, or too deep.
@Suite(.timeLimit(.minutes(45))) struct AwkwardPathTests {
    private let folder: TemporaryFolder
    private let picture: [UInt8]

    init() throws {
        folder = try TemporaryFolder()
        picture = Array(try Data(contentsOf: Fixtures.pictures.appendingPathComponent("easy-vqa-000.png")))
    }

    private func place(_ name: [UInt8]) -> FilePath { FilePath(bytes: Array(folder.url.path.utf8) + [0x2F] + name) }

    private func write(to path: FilePath) throws {
        try path.folder.makeFolders()
        try FileBytes.write(picture, to: path)
    }

    private func records(_ name: String) throws -> [[String: String]] {
        try String(contentsOfFile: folder.path(name), encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode([String: String].self, from: Data($0.utf8))
        }
    }

    @Test func namesThatAreNotUTF8() throws {
        let names: [[UInt8]] = [[0x61, 0xE8], [0x61, 0xE9]].map { $0 + Array(".png".utf8) }
        for name in names { try write(to: place(Array("in/".utf8) + name)) }
        try write(to: place(Array("in/d".utf8) + [0xFF, 0x2F] + names[0]))
        #expect(try CommandLineTool.run(["in", "-o", "out.jsonl", "--format", "sidecar"], in: folder.url).status == 0)
        #expect(try records("out.jsonl").map { $0["image"] } == ["a%E8.png", "a%E9.png", "d%FF/a%E8.png"])
        #expect(try records("out.jsonl").allSatisfy { $0["caption"]?.hasPrefix("a ") == true })
        #expect(place(Array("in/a".utf8) + [0xE9] + Array(".txt".utf8)).isRegularFile)
        // The run continues, and a report finds the images.
        #expect(
            try CommandLineTool.run(["in", "-o", "out.jsonl", "--format", "sidecar"], in: folder.url).errors.contains(
                "0 captioned"))
        let report = try CommandLineTool.run(["report", "out.jsonl", "-o", "report.html"], in: folder.url)
        #expect(report.status == 0 && !report.errors.contains("missing"), "\(report.errors)")
    }

    /// Folders, images, data sets and outputs that are named so on the command line.
    @Test func argumentsThatAreNotUTF8() throws {
        try write(to: place([0x64, 0xE9, 0x2F] + Array("1.png".utf8)))
        let sample = #"{"text": "<__dj__image>", "images": ["1.png"]}"# + "\n"
        try FileBytes.write(Array(sample.utf8), to: place([0x64, 0xE9, 0x2F] + Array("set.jsonl".utf8)))
        let script = """
            D=$(printf 'd\\351') && "$0" "$D" --quiet && "$0" "$D/1.png" --quiet && "$0" "$D/set.jsonl" --no-sample -o "$D/out.jsonl" \
            && "$0" "$D/set.jsonl" --no-sample --output="$D/out2.jsonl" && cmp "$D/out.jsonl" "$D/out2.jsonl" \
            && cd "$D" && "$0" . --quiet
            """
        let result = try CommandLineTool.shell(script, in: folder.url)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.lines.count == 3)
        #expect(result.lines[0].hasPrefix(#"{"image": "1.png", "caption": "#), "\(result.lines)")
        #expect(result.lines[1].hasPrefix(#"{"image": "d%E9/1.png", "caption": "#), "\(result.lines)")
        #expect(result.lines[2].hasPrefix(#"{"image": "1.png", "caption": "#), "\(result.lines)")
    }

    @Test func foldersThatAPersonCannotTellApart() throws {
        for name in ["caf\u{E9}", "cafe\u{301}"] {
            for number in 0..<3 { try folder.write(picture, as: "\(name)/\(number).png") }
        }
        let result = try CommandLineTool.run([".", "--quiet"], in: folder.url)
        #expect(result.status == 0 && result.lines.count == 6)
    }

    @Test func foldersDeeperThanAPath() throws {
        var deep = place(Array("in".utf8))
        for depth in 0..<700 {
            deep.append("folder")
            if depth == 519 || depth == 699 { try write(to: deep.appending("a.png")) }
        }
        let result = try CommandLineTool.run(["in", "--format", "sidecar", "-o", "out.jsonl"], in: folder.url)
        #expect(result.status == 0, "\(result.errors)")
        #expect(try records("out.jsonl").count == 2)
        #expect(deep.appending("a.txt").isRegularFile)
    }

    /// What is read is not replaced, by whatever names it goes.
    @Test func inputsAreNotReplacedThroughLinks() throws {
        try folder.write(picture, as: "a.png")
        let sample = #"{"text": "<__dj__image>", "images": ["a.png"]}"# + "\n"
        try folder.write(sample, as: "a.jsonl")
        try folder.write(sample, as: "b.errors.jsonl")
        for (link, target) in [("l.jsonl", "a.jsonl"), ("l.png", "a.png")] {
            try FileManager.default.createSymbolicLink(atPath: folder.path(link), withDestinationPath: target)
        }
        try FileManager.default.linkItem(atPath: folder.path("a.jsonl"), toPath: folder.path("h.jsonl"))
        for arguments in [
            ["l.jsonl", "-o", "a.jsonl"], ["h.jsonl", "-o", "a.jsonl"], ["l.png", "-o", "a.png"],
            ["l.jsonl", "-o", "o", "--summary", "a.jsonl"], ["b.errors.jsonl", "-o", "b"],
        ] {
            let result = try CommandLineTool.run(arguments + ["--overwrite"], in: folder.url)
            #expect(
                result.status == 1 && result.errors.contains("it is read by this run"), "\(arguments) \(result.errors)")
        }
        #expect(FileManager.default.contents(atPath: folder.path("a.jsonl")) == Data(sample.utf8))
        #expect(FileManager.default.contents(atPath: folder.path("a.png")) == Data(picture))
    }

    /// A run that replaces sidecars still replaces them when it is resumed.
    @Test func interruptedRunsResumeReplacingSidecars() throws {
        for number in 0..<6 {
            try folder.write(picture + [UInt8(number)], as: "in/\(number).png")
            try folder.write("old", as: "in/\(number).txt")
        }
        let arguments = ["in", "--format", "sidecar", "-o", "out.jsonl"]
        #expect(try CommandLineTool.run(arguments + ["--overwrite", "--limit", "2"], in: folder.url).status == 0)
        #expect(try CommandLineTool.run(arguments, in: folder.url).status == 0)
        #expect(try records("out.jsonl").count == 6)
        #expect(try String(contentsOfFile: folder.path("in/5.txt"), encoding: .utf8).hasPrefix("a "))
        // Without its output it is another run, which does not.
        for number in 0..<6 { try folder.write("old", as: "in/\(number).txt") }
        #expect(try CommandLineTool.run(arguments + ["--overwrite", "--limit", "2"], in: folder.url).status == 0)
        try FileManager.default.removeItem(atPath: folder.path("out.jsonl"))
        #expect(try CommandLineTool.run(arguments, in: folder.url).status == 2)
        #expect(try String(contentsOfFile: folder.path("in/5.txt"), encoding: .utf8) == "old")
        try folder.write("old", as: "in/5.txt")
        #expect(
            try CommandLineTool.run(["in", "--format", "sidecar", "-o", "other.jsonl"], in: folder.url).status == 2)
    }

    @Test func addressesAsArgumentsStayAsTheyAre() throws {
        try folder.write(picture, as: "caf\u{E9}.png")
        let root = folder.url.path
        let images = ["file://LOCALHOST\(root)/caf%C3%A9.png", "https://x/caf%C3%A9//b.png", "https://x/caf%E9.png"]
        let result = try CommandLineTool.run(images + ["--quiet"], in: folder.url)
        #expect(result.status == 2)
        for (line, image) in zip(result.lines, images) {
            #expect(line.hasPrefix(#"{"image": "\#(image)", "#), "\(line)")
        }
        #expect(result.lines.first?.contains("caption") == true)
    }

    /// A sidecar whose name would be too long, or whose place is taken, is that image's error alone.
    @Test func sidecarsThatCannotBeWritten() throws {
        for length in [243, 247, 251] {
            try folder.write(picture, as: "in/" + String(repeating: "a", count: length) + ".png")
        }
        let long = String(repeating: "b", count: 253)
        try folder.write(picture, as: long)
        try folder.write(picture, as: "in/c.png")
        try folder.write("", as: "in/c.txt/x")
        let arguments = ["in", long, "--format", "sidecar", "-o", "out.jsonl"]
        let result = try CommandLineTool.run(arguments, in: folder.url)
        #expect(result.status == 2, "\(result.errors)")
        #expect(result.errors.contains("3 captioned, 2 failed"), "\(result.errors)")
        #expect(result.errors.contains("1 x write: File name too long"), "\(result.errors)")
        #expect(
            try CommandLineTool.run(arguments, in: folder.url).errors.contains("5 were done before, 2 of them failed"))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("in"))
        #expect(!names.contains { $0.hasSuffix(".tmp") })
    }
}
