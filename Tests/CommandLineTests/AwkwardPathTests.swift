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
        // The run goes on, and a report finds the pictures.
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
