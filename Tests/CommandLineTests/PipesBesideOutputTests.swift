import Foundation
import TestSupport
import Testing

/// A pipe where a file of a run is read may never give anything: it is named, and nothing waits for it.
@Suite(.timeLimit(.minutes(45))) struct PipesBesideOutputTests {
    @Test(arguments: ["", ".errors.jsonl", ".run.json"]) func areNamed(suffix: String) throws {
        let folder = try TemporaryFolder()
        try folder.copy(Fixtures.pictures.appendingPathComponent("easy-vqa-000.png"), as: "0.png")
        try folder.write("no picture", as: "1.png")
        let run = ["0.png", "1.png", "-o", "out", "--quiet"]
        #expect(try CommandLineTool.run(run, in: folder.url).status == 2)
        let name = "out\(suffix)"
        try FileManager.default.removeItem(atPath: folder.path(name))
        #expect(mkfifo(folder.path(name), 0o600) == 0)

        let merge = try CommandLineTool.run(["merge", "out", "-o", "merged"], in: folder.url)
        #expect(merge.status == 1)
        #expect(merge.errors.contains("cannot read \(name): not a regular file"), "\(merge.errors)")

        // A page can do without the files beside the output, but says so.
        let report = try CommandLineTool.run(["report", "out", "-o", "page.html"], in: folder.url)
        #expect(report.status == (suffix.isEmpty ? 1 : 0))
        #expect(report.errors.contains("cannot read \(name): not a regular file"), "\(report.errors)")

        guard !suffix.isEmpty else { return }
        let again = try CommandLineTool.run(run, in: folder.url)
        #expect(again.status == 1 && again.errors.contains("cannot write \(name): it is no plain file"))
    }
}
