import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerEvaluation

@Suite struct EvaluationPageTests {
    private static let png =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="

    private func page(_ thumbnailSize: Int = 16) async throws -> String {
        let folder = try TemporaryFolder()
        let rows = [
            "1\t<b>&\u{2028}\t\tx\ty\t\t\tA\t\(Self.png)\tzebra", "1000001\tq\t\tx\ty\t\t\tB\t*\tzebra",
            "2\tq\t\tx\ty\t\t\tA\t***\tant",
        ]
        try folder.write(
            "index\tquestion\thint\tA\tB\tC\tD\tanswer\timage\tcategory\n" + rows.joined(separator: "\n"), as: "t.tsv")
        let benchmark = try MMBenchBenchmark(table: folder.filePath("t.tsv"))
        let lines = [(1, "A"), (1_000_001, "<script>"), (2, "")].map { index, text in
            AnswerLine(
                record: AnswerRecord(
                    questionID: .integer(index), prompt: "", text: text, choice: nil, answerID: "", modelID: ""),
                number: 1, bytes: [])
        }
        let score = benchmark.score(benchmark.matched(lines))
        var page = EvaluationPage(
            title: "MMBench & more", questions: benchmark.questions, score: score, notes: ["a <note>"])
        page.thumbnailSize = thumbnailSize
        page.images = "."
        let file = try WholeFile(folder.filePath("page.html"))
        try await page.write(to: file)
        try file.flush()
        try file.commit()
        let html = try FileBytes.of(folder.filePath("page.html"))
        #expect(EvaluationPage.isPage(folder.filePath("page.html")))
        #expect(!EvaluationPage.isPage(folder.filePath("t.tsv")) && !EvaluationPage.isPage(folder.filePath("none")))
        return String(decoding: html, as: UTF8.self)
    }

    /// What is done is in the file, so that memory does not grow with the page.
    @Test(arguments: [0, 16]) func thePageIsWrittenAsItIsMade(thumbnailSize: Int) async throws {
        let folder = try TemporaryFolder()
        let text = String(repeating: "x", count: 3000)
        let rows = (1...600).map { "\($0)\t\(text)\t\tx\t\t\t\tA\t\(Self.png)\t\($0 % 7 == 0 ? "ant" : "zebra")\n" }
        try folder.write("index\tquestion\thint\tA\tB\tC\tD\tanswer\timage\tcategory\n" + rows.joined(), as: "t.tsv")
        let benchmark = try MMBenchBenchmark(table: folder.filePath("t.tsv"))
        let score = benchmark.score(benchmark.matched([]))
        var page = EvaluationPage(title: "", questions: benchmark.questions, score: score, notes: [])
        page.thumbnailSize = thumbnailSize
        page.threadCount = 2
        let file = try WholeFile(folder.filePath("page.html"))
        var written: [(share: Double, count: Int)] = []
        try await page.write(to: file) { written.append(($0, file.prefix.byteCount)) }
        try file.flush()
        let whole = Double(file.prefix.byteCount)
        #expect(whole > 1_800_000)
        #expect(written.isEmpty == (thumbnailSize == 0) && written.last.map { $0.share == 1 } ?? true)
        #expect(written.count > 5 || thumbnailSize == 0)
        // What waits is less than a buffer.
        for (share, count) in written { #expect(Double(count) > share * whole - 80_000, "\(share)") }
    }

    @Test func questionsStandByCategoryAndOriginal() async throws {
        let html = try await page()
        #expect(html.contains("<title>MMBench &amp; more</title>") && html.contains("<li>a &lt;note&gt;</li>"))
        #expect(!html.contains("<script") && html.contains("&lt;script&gt;") && html.contains("&lt;b&gt;&amp;&#x2028;"))
        let ant = try #require(html.range(of: "<h2>ant</h2>"))
        let zebra = try #require(html.range(of: "<h2>zebra</h2>"))
        #expect(ant.lowerBound < zebra.lowerBound)
        // A question and its copy have one image.
        #expect(
            html.matches(of: /<article>/).count == 2 && html.matches(of: /src="data:image\/jpeg;base64,/).count == 1)
        #expect(
            html.matches(of: /class="entry right"/).count == 1 && html.matches(of: /class="entry wrong"/).count == 2)
        #expect(html.contains("(empty)") && html.contains("expected: A"))
        #expect(html.contains("row 3, column image (index 2) is not Base64: byte 0 is 0x2A"))
        #expect(html.contains("<p class=\"score\">0.00%</p>"))
    }

    @Test func picturesCanBeLeftOut() async throws {
        let html = try await page(0)
        #expect(!html.contains("<figure>") && html.matches(of: /<article>/).count == 2)
    }

    /// Nothing but the style that is in it applies.
    @Test func thePolicyNamesTheStyle() async throws {
        let html = try await page(0)
        let style = try #require(html.firstMatch(of: /<style>((?:.|\n)*)<\/style>/)?.output.1)
        let digits = Array(Array(style.utf8).withUnsafeBytes { SHA256.hexadecimal($0) })
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0...($0 + 1)]), radix: 16)
        }
        let hash = Data(bytes).base64EncodedString()
        #expect(html.contains("style-src 'sha256-\(hash)'") && html.contains("default-src 'none'"))
    }
}
