import CaptionerDemoModel
import CaptionerImageProcessing
import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerReport

@Suite(.timeLimit(.minutes(45))) struct ReportTests {
    /// What a browser would find in the page's data.
    private struct Found: Decodable {
        struct About: Decodable {
            var rowCount: Int
            var hasPictures: Bool
            var total: Int?
            var settings: [String: String?]?
        }
        struct Row: Decodable, Equatable {
            var row: Int
            var id: String?
            var images: [String]?
            var thumbnails: [Int]?
            var old: String?
            var captions: [String]?
            var scores: [Double?]?
            var note: String?
            var stage: String?
            var message: String?
        }
        enum Thumbnail: Decodable, Equatable {
            case picture(Data), unreadable, missing

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if container.decodeNil() {
                    self = .missing
                } else if let text = try? container.decode(String.self), let data = Data(base64Encoded: text) {
                    self = .picture(data)
                } else {
                    #expect(try container.decode(Bool.self) == false)
                    self = .unreadable
                }
            }
        }
        var about: About
        var rows: [Row]
        var thumbnails: [Thumbnail]
    }

    private func data(_ page: ReportPage) throws -> Found {
        let html = String(decoding: page.html, as: UTF8.self)
        let start = try #require(html.range(of: #"<script type="application/json" id="data">"#))
        let end = try #require(html[start.upperBound...].range(of: "</script>"))
        return try JSONDecoder().decode(Found.self, from: Data(html[start.upperBound..<end.lowerBound].utf8))
    }

    private func page(_ folder: TemporaryFolder, _ change: (inout Report) -> Void = { _ in }) async throws -> ReportPage
    {
        var report = Report(output: FilePath(folder.path("out.jsonl")))
        change(&report)
        return try await report()
    }

    /// Whatever a text holds, it is data: it ends no element, begins none, and comes back as it was.
    @Test func textsAreHarmless() async throws {
        let texts = [
            "</script><script>alert(1)</script>", "<!-- <script>", "]]> & &lt; \"quotes\" 'and' \\", "\u{2028}\u{2029}",
            "\u{0}\u{1F}\t\r\n", "<img src=x onerror=alert(1)>", "👩‍👩‍👧 e\u{301} \u{202E}", "%%data%%", "</SCRIPT ",
        ]
        let folder = try TemporaryFolder()
        let lines = texts.map { text in
            JSONValue.object([
                JSONMember("id", .string(text)), JSONMember("image", .string(text)),
                JSONMember("caption", .string(text)),
                JSONMember("note", .string(text)),
            ]).json()
        }
        try folder.write(lines.joined(separator: "\n"), as: "out.jsonl")
        try folder.write(
            JSONValue.object([JSONMember("settings", .object(texts.map { JSONMember($0, .string($0)) }))]).json(),
            as: "out.jsonl.run.json")
        let page = try await page(folder)
        let found = try data(page)
        #expect(found.rows.map { $0.captions ?? [] } == texts.map { [$0] })
        #expect(found.rows.map { $0.id } == texts && found.rows.map { $0.note } == texts)
        #expect(found.rows.map { $0.images ?? [] } == texts.map { [$0] })
        #expect(found.about.settings?[texts[0]] == texts[0])
        let html = String(decoding: page.html, as: UTF8.self).lowercased()
        #expect(
            html.components(separatedBy: "<script").count == 3 && html.components(separatedBy: "</script").count == 3)
        #expect(!html.contains("<!--") && !html.contains("\u{2028}") && !html.contains("<img src=x"))
    }

    @Test func theNameOfTheOutputIsHarmlessToo() async throws {
        let folder = try TemporaryFolder()
        let name = "<b>&amp;<script>.jsonl"
        try folder.write(#"{"image": "a", "caption": "b"}"#, as: name)
        let html = String(decoding: try await Report(output: FilePath(folder.path(name)))().html, as: UTF8.self)
        #expect(html.contains("<h1>&lt;b&gt;&amp;amp;&lt;script&gt;.jsonl</h1>"))
        #expect(!html.contains("<b>"))
    }

    /// A browser runs the script only if the policy names its hash, and loads nothing at all.
    @Test func thePolicyNamesScriptAndStyle() async throws {
        let folder = try TemporaryFolder()
        try folder.write("", as: "out.jsonl")
        let html = String(decoding: try await page(folder).html, as: UTF8.self)
        let script = try #require(
            html.components(separatedBy: "<script>").last?.components(separatedBy: "</script>").first)
        let style = try #require(
            html.components(separatedBy: "<style>").last?.components(separatedBy: "</style>").first)
        for (name, text) in [("script-src", script), ("style-src", style)] {
            let digits = Array(SHA256.hexadecimal(Array(text.utf8)))
            let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
                UInt8(String(digits[$0...$0 + 1]), radix: 16)
            }
            let hash = Data(bytes).base64EncodedString()
            #expect(html.contains("\(name) 'sha256-\(hash)'"))
        }
        #expect(html.contains("default-src 'none'"))
        #expect(!html.replacing("http://www.w3.org/2000/svg", with: "").contains(/https?:/))
    }

    @Test func thumbnailsOfPicturesThatAreThere() async throws {
        let folder = try TemporaryFolder()
        let pictures = try DemoModel.pictures()
        try folder.copy(pictures.appendingPathComponent("scene-02.jpg"), as: "a.jpg")
        try folder.copy(pictures.appendingPathComponent("scene-05.png"), as: "b.png")
        try folder.write("no picture", as: "c.jpg")
        let names = ["a.jpg", "b.png", "c.jpg", "gone.jpg", "a.jpg"]
        try folder.write(
            names.map { #"{"image": "\#($0)", "caption": "x"}"# }.joined(separator: "\n"), as: "out.jsonl")
        let page = try await page(folder) { $0.thumbnailSize = 48 }
        #expect(page.missingPictureCount == 1 && page.unreadablePictureCount == 1)
        let found = try data(page)
        // The same image is there once.
        #expect(found.rows.map { $0.thumbnails ?? [] } == [[0], [1], [2], [3], [0]])
        try #require(found.thumbnails.count == 4)
        #expect(found.thumbnails[2] == .unreadable && found.thumbnails[3] == .missing)
        for (number, sizes) in [(0, (48, 48)), (1, (48, 32))] {
            guard case .picture(let jpeg) = found.thumbnails[number] else {
                Issue.record("no picture")
                continue
            }
            let image = try ImageDecoder().decode(jpeg)
            #expect((image.width, image.height) == sizes)
        }
        let none = try data(try await self.page(folder) { $0.thumbnailSize = 0 })
        #expect(!none.about.hasPictures && none.thumbnails.isEmpty && none.rows[0].thumbnails == nil)
    }

    @Test func numbersThatJSONDoesNotKnowAreLeftOut() async throws {
        let folder = try TemporaryFolder()
        try folder.write(
            #"{"image": "a", "captions": ["b", "c"], "log_probabilities": [-Infinity, 1e999]}"#, as: "out.jsonl")
        try folder.write(#"{"total": 3, "sessions": [{"rates": [[NaN, 3]]}]}"#, as: "out.jsonl.run.json")
        let found = try data(try await page(folder))
        #expect(found.rows.first?.scores == [nil, nil] && found.about.total == 3)
    }

    /// What is said of a damaged description is what a page can do about it.
    @Test func damagedDescriptionsAreNamed() async throws {
        let folder = try TemporaryFolder()
        try folder.write(#"{"image": "a", "caption": "b"}"#, as: "out.jsonl")
        try folder.write(#"{"total": 3, "#, as: "out.jsonl.run.json")
        let text = try await page(folder).notes.joined(separator: "\n")
        #expect(text.contains("out.jsonl.run.json") && text.contains("--input") && !text.contains("--overwrite"))
    }

    @Test func limits() async throws {
        let folder = try TemporaryFolder()
        try folder.write(String(repeating: #"{"image": "a", "caption": "b"}"# + "\n", count: 9), as: "out.jsonl")
        let found = try data(try await page(folder) { $0.limit = 4 })
        #expect(found.rows.map(\.row) == [1, 2, 3, 4] && found.about.rowCount == 9)
    }
}
