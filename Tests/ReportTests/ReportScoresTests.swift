import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerReport

@Suite struct ReportScoresTests {
    /// What a browser would find of scores in the page's data.
    private struct Found: Decodable {
        struct Row: Decodable, Equatable {
            var old: String?
            var captions: [String]?
            var similarities: [Double?]?
            var oldSimilarities: [Double?]?
            var newSimilarities: [Double?]?
            var kept: [String]?
            var why: [String]?
            var rejected: String?
        }
        var rows: [Row]
    }

    private func page(
        _ output: String, settings: String? = nil, data: String? = nil, as name: String = "out.jsonl"
    ) async throws -> String {
        let folder = try TemporaryFolder()
        try folder.write(output, as: name)
        if let settings { try folder.write(#"{"settings": \#(settings)}"#, as: "\(name).run.json") }
        var report = Report(output: FilePath(folder.path(name)))
        report.thumbnailSize = 0
        if let data {
            try folder.write(data, as: "data.jsonl")
            report.input = FilePath(folder.path("data.jsonl"))
        }
        return String(decoding: try await report().html, as: UTF8.self)
    }

    private func rows(_ html: String) throws -> [Found.Row] {
        let start = try #require(html.range(of: #"<script type="application/json" id="data">"#))
        let end = try #require(html[start.upperBound...].range(of: "</script>"))
        return try JSONDecoder().decode(Found.self, from: Data(html[start.upperBound..<end.lowerBound].utf8)).rows
    }

    private static let records = #"""
        {"image": "a", "caption": "old a", "similarity": 0.31, "old_caption": "old a", "old_similarity": 0.31, "kept": "old"}
        {"image": "b", "caption": "new b", "similarity": 0.27, "old_caption": "old b", "old_similarity": 0.2, "kept": "new"}
        {"image": "c", "caption": "old c", "similarity": 0.2712, "old_caption": "old c", "old_similarity": 0.2712, "new_caption": "new c", "new_similarity": 0.2711, "kept": "old"}
        {"image": "d", "captions": ["new d", "d"], "similarities": [0.3, 0.1]}
        {"image": "e", "error": {"stage": "decode", "message": "broken"}}
        """#

    @Test func recordsSayWhatWasKeptAndWhy() async throws {
        let html = try await page(
            Self.records, settings: #"{"clip": "x", "keep_caption": "better", "recaption_below": 0.28}"#)
        let rows = try rows(html)
        #expect(
            rows == [
                Found.Row(
                    old: "old a", captions: ["old a"], similarities: [0.31], oldSimilarities: [0.31],
                    newSimilarities: [nil], kept: ["old"], why: ["old kept: 0.31 is at least 0.28"]),
                Found.Row(
                    old: "old b", captions: ["new b"], similarities: [0.27], oldSimilarities: [0.2],
                    newSimilarities: [0.27], kept: ["new"], why: ["new kept: 0.27 above 0.20"]),
                Found.Row(
                    old: "old c", captions: ["old c"], similarities: [0.2712], oldSimilarities: [0.2712],
                    newSimilarities: [0.2711], kept: ["old"],
                    why: ["old kept: new caption scored lower (0.2711 against 0.2712)"], rejected: "new c"),
                Found.Row(captions: ["new d", "d"], similarities: [0.3, 0.1]), Found.Row(),
            ])
        // A browser without scripts has the same.
        for text in [
            "old a [0.31]\nold kept: 0.31 is at least 0.28", "new b [0.27]\nnew kept", "\nnot kept: new c [0.27]\n",
            "new d [0.30]\nd [0.10]\n", ">decode: broken\n",
        ] {
            #expect(html.contains(text), "\(text)")
        }
    }

    /// What CSV has is what JSON has; several captions' similarities in one field.
    @Test func commaSeparatedValuesHaveTheSame() async throws {
        let csv = """
            image,caption,similarity,old_caption,old_similarity,new_caption,new_similarity,kept,note,error_stage,error_message
            a,old a,0.31,old a,0.31,,,old,,,
            b,new b,0.27,old b,0.2,,,new,,,
            c,old c,0.2712,old c,0.2712,new c,0.2711,old,,,
            e,,,,,,,,,decode,broken
            f,old f,0.1,old f,0.1,,-0.2,old,,,

            """
        let settings = #"{"clip": "x", "keep_caption": "better", "recaption_below": 0.28}"#
        let found = try rows(try await page(csv, settings: settings, as: "out.csv"))
        let expected = try rows(try await page(Self.records, settings: settings))
        try #require(found.count == 5)
        #expect(Array(found[..<3]) == Array(expected[..<3]) && found[3] == Found.Row())
        #expect(found[4].rejected == "" && found[4].newSimilarities == [-0.2])
        let several = "image,captions,similarity\nd,\"new d\nd\",\"0.3\n0.1\"\nx,y,nan\n"
        #expect(try rows(try await page(several, as: "out.csv")) == [expected[3], Found.Row(captions: ["y"])])
    }

    @Test func samplesHaveScoresOfEachChunk() async throws {
        let text = "<__dj__image> one <|__dj__eoc|><__dj__image> two <|__dj__eoc|>"
        let stats = #"""
            {"image_text_similarity": [0.3, 0.2], "old_image_text_similarity": [0.25, 0.2], "new_image_text_similarity": [0.3, 0.1], "kept": ["new", "old"]}
            """#
        let sample = #"{"id": "1", "text": "\#(text)", "images": ["a", "b"], "__dj__stats__": \#(stats)}"#
        let data = #"{"id": "1", "text": "\#(text.replacing("one", with: "once"))", "images": ["a", "b"]}"#
        let settings = #"{"clip": "x", "keep_caption": "better", "recaption_below": null}"#
        let expected = Found.Row(
            old: "once\ntwo", captions: ["one\ntwo"], similarities: [0.3, 0.2], oldSimilarities: [0.25, 0.2],
            newSimilarities: [0.3, 0.1], kept: ["new", "old"],
            why: ["new kept: 0.30 above 0.25", "old kept: new caption scored lower (0.10 against 0.20)"])
        #expect(try rows(try await page(sample, settings: settings, data: data)) == [expected])
        // Without a description scores count that a captioning run alone writes.
        #expect(try rows(try await page(sample, data: data)) == [expected])
    }

    /// Statistics that a data set had before say nothing of the texts of a run that scored none, nor of one that failed.
    @Test func earlierStatisticsAreLeftOut() async throws {
        let sample = #"""
            {"id": "1", "text": "<__dj__image> one <|__dj__eoc|>", "images": ["a"], "__dj__stats__": {"image_text_similarity": [0.3], "kept": ["old"]}}
            """#
        let (scored, unscored) = (#"{"clip": "x", "captions": false}"#, #"{"model": "x"}"#)
        #expect(try rows(try await page(sample, settings: unscored)) == [Found.Row(captions: ["one"])])
        #expect(try rows(try await page(sample, settings: scored)).first?.similarities == [0.3])
        let bare = sample.replacing(#", "kept": ["old"]"#, with: "")
        #expect(try rows(try await page(bare)) == [Found.Row(captions: ["one"])])
        #expect(
            try rows(try await page(bare, settings: scored)) == [Found.Row(captions: ["one"], similarities: [0.3])])
        let folder = try TemporaryFolder()
        try folder.write(sample, as: "out.jsonl")
        try folder.write(#"{"settings": \#(scored), "errors": 1}"#, as: "out.jsonl.run.json")
        let error = #"{"index": 0, "id": "1", "image": "a", "stage": "decode", "message": "broken"}"#
        try folder.write(error + "\n", as: "out.jsonl.errors.jsonl")
        let page = try await Report(output: FilePath(folder.path("out.jsonl")))()
        #expect(page.failedCount == 1 && page.rows.first?.scores == nil)
    }

    /// Damaged or hostile scores are no scores.
    @Test(arguments: [
        #""similarity": NaN"#, #""similarity": "0.3""#, #""similarities": [1e999]"#, #""old_similarity": 1e999"#,
        #""kept": "old""#, #""similarity": null, "new_caption": "x", "new_similarity": 1"#,
    ])
    func whatIsNoScoreIsLeftOut(members: String) async throws {
        let row = try rows(try await page(#"{"image": "a", "caption": "b", \#(members)}"#)).first
        #expect(row == Found.Row(captions: ["b"]))
    }

    @Test func unknownChoicesAreLeftOut() async throws {
        let record =
            #"{"image": "a", "caption": "b", "similarity": 1, "old_caption": "c", "old_similarity": 0, "kept": "better"}"#
        let row = try rows(try await page(record)).first
        #expect(row?.kept == nil && row?.why == nil && row?.newSimilarities == [1])
    }

    @Test(
        arguments: [
            ("old", "better", 0.28, 0.31, nil, "old kept: 0.31 is at least 0.28"),
            ("old", "better", 0.28, 0.2800000001, nil, "old kept: 0.28 is at least 0.28"),
            // Under another scale a score cannot be compared with the threshold.
            ("old", "better", 0.28, 0.02, nil, "old kept"),
            ("old", "old", nil, 0.1, nil, "old kept: the run keeps old texts"),
            ("old", "better", nil, 0.29, 0.25, "old kept: new caption scored lower (0.25 against 0.29)"),
            ("old", "better", nil, 0.29, 0.29, "old kept: new caption scored no higher (0.29 both)"),
            ("old", "better", nil, -0.002, -0.012, "old kept: new caption scored lower (−0.01 against 0.00)"),
            ("new", "better", 0.28, 0.27, 0.33, "new kept: 0.33 above 0.27"),
            ("new", "new", 0.28, 0.27, 0.2, "new kept: the old text's 0.27 is below 0.28"),
            ("new", "new", 0.28, 0.2799, 0.2, "new kept: the old text's 0.2799 is below 0.2800"),
            ("new", "new", nil, 0.27, 0.2, "new kept"),
            ("new", "better", nil, nil, 0.2, "new kept: there was no old text"),
        ] as [(String, String, Double?, Double?, Double?, String)])
    func reasons(
        kept: String, keeps: String, threshold: Double?, old: Double?, new: Double?, expected: String
    ) throws {
        let settings = JSONValue.object([
            JSONMember("keep_caption", .string(keeps)),
            JSONMember("recaption_below", threshold.map { .number("\($0)") } ?? .null),
        ])
        let kept = try #require(KeptCaption(rawValue: kept))
        #expect(KeepingRules(settings: settings).reason(kept, old: old, new: new) == expected)
    }

    /// The log-probability of a record is that of a caption; an old text has none.
    @Test func oldTextsHaveNoLogProbability() async throws {
        let record = { (kept: String) in
            #"{"image": "a", "caption": "b", "log_probability": -1.5, "similarity": 1, "old_caption": "b", "old_similarity": 1, "kept": "\#(kept)"}"#
        }
        #expect(try await !page(record("old")).contains("-1.5"))
        #expect(try await page(record("new")).contains(#""scores": [-1.5]"#))
    }

    /// A record's own old text was scored; the data set may have changed since.
    @Test func oldTextsThatWereScoredStay() async throws {
        let data = #"{"id": "1", "text": "<__dj__image> other <|__dj__eoc|>", "images": ["a"]}"#
        let record =
            #"{"id": "1", "image": "a", "caption": "new", "similarity": 0.2, "old_caption": "old", "old_similarity": 0.1}"#
        #expect(try rows(try await page(record, data: data)).first?.old == "old")
        let unscored = #"{"id": "1", "image": "a", "caption": "new"}"#
        #expect(try rows(try await page(unscored, data: data)).first?.old == "other")
    }
}
