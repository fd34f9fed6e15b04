import CaptionerDemoModel
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(45))) struct ReportCommandTests {
    /// Captions of the demo images and what cannot be captioned, as a page.
    @Test func captionsBecomeAPage() throws {
        let folder = try TemporaryFolder()
        try folder.copy(DemoModel.pictures(), as: "in")
        try folder.write("no picture", as: "in/bad.jpg")
        let captions = folder.path("out.jsonl")
        let run = try CommandLineTool.run(
            ["in", "-o", captions, "--log-probabilities", "--quiet", "--limit", "5"], in: folder.url)
        #expect(run.status == 2)
        let page = folder.path("page.html")
        for _ in 0..<2 {
            // The second time a report is there, and is replaced.
            let result = try CommandLineTool.run(["report", captions, "-o", page, "--images", "in"], in: folder.url)
            #expect(result.status == 0 && result.output.isEmpty, "\(result.errors)")
            #expect(result.errors.contains("5 rows, 1 failed, 1 images unreadable"), "\(result.errors)")
        }
        let html = try String(contentsOfFile: page, encoding: .utf8)
        for line in try String(contentsOfFile: captions, encoding: .utf8).split(separator: "\n") {
            let record = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            if let caption = record["caption"] as? String { #expect(html.contains(caption)) }
        }
        #expect(html.components(separatedBy: "\"/9j/").count == 5)
        #expect(html.hasSuffix("</html>\n"))
    }

    @Test func aFileThatIsNoReportIsNotReplaced() throws {
        let folder = try TemporaryFolder()
        let captions = try folder.write(#"{"image": "a", "caption": "b"}"#, as: "out.jsonl").path
        let result = try CommandLineTool.run(["report", captions, "-o", captions])
        #expect(result.status == 1 && result.errors.contains("it is no report"), "\(result.errors)")
        #expect(try String(contentsOfFile: captions, encoding: .utf8) == #"{"image": "a", "caption": "b"}"#)
    }

    @Test(arguments: [
        (["missing.jsonl", "-o", "page.html"], Int32(1), "cannot read missing.jsonl: No such file or directory"),
        (["bad.jsonl", "-o", "page.html"], 1, "cannot read bad.jsonl: line 2: neither a record of captions"),
        ([".", "-o", "page.html"], 1, "cannot read .:"),
        (["good.jsonl", "-o", "no/such/page.html"], 1, "cannot write no/such/page.html"),
        (["good.jsonl", "-o", "page.html", "--input", "none.jsonl"], 1, "cannot read none.jsonl"),
        (["good.jsonl"], 64, "Missing expected argument '--output"),
        (["good.jsonl", "-o", ""], 64, "--output is empty"),
        (["good.jsonl", "-o", "page.html", "--thumbnail-size", "600"], 64, "expected 0...512"),
        (["good.jsonl", "-o", "page.html", "--limit", "0"], 64, "expected 1 or more"),
    ])
    func errorsSayWhatIsWrong(arguments: [String], status: Int32, message: String) throws {
        let folder = try TemporaryFolder()
        let line = #"{"image": "a", "caption": "b"}"#
        try folder.write(line, as: "good.jsonl")
        try folder.write("\(line)\n[]\n\(line)\n", as: "bad.jsonl")
        let result = try CommandLineTool.run(["report"] + arguments, in: folder.url)
        #expect(result.status == status && result.errors.contains(message), "\(result.status) \(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("page.html")))
    }
}
