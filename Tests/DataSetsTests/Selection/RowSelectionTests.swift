import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets

@Suite struct RowSelectionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func selection(
        minimum: Double? = nil, maximum: Double? = nil, topCount: Int? = nil, skipped: Int = 0, field: String? = nil
    ) -> RowSelection {
        var selection = RowSelection()
        selection.field = field.map(ScoreField.init)
        selection.range = ScoreRange(minimum: minimum, maximum: maximum)
        selection.ranks = RankCut(topCount: topCount, skippedCount: skipped)
        return selection
    }

    private func selected(_ text: String, _ selection: RowSelection) async throws -> Selected {
        try await Selected(selection, of: folder.write(text, as: "rows.jsonl"), in: folder)
    }

    /// Every byte of every row is in one of the two files, but a line break after the last that has none.
    @Test func rowsStayAsTheyAreAndNoneIsLost() async throws {
        let rows = [
            #"{"id": 0, "similarity": 0.30,"n":1.50,  "x":"\u00e9é"}"# + "\r", #" {"similarity":3e-1,"id":1} "#,
            #"{"id": 2, "similarity": 0.1, "a": {"b": "}"}}"# + "\r",
            #"{"id": 3, "similarity": 0.1, "similarity": 0.9}"#,
            #"{"id": 4, "similarity": 0.2999999999999999, "s": "\ud800", "nan": NaN}"#,
            #"{"id": 5, "similarity": 0.3}"#,
        ]
        for isLast in [false, true] {
            let text = rows.joined(separator: "\n") + (isLast ? "" : "\n")
            let result = try await selected(text, Self.selection(minimum: 0.3))
            let kept = [0, 1, 3, 5].map { rows[$0] + "\n" }.joined()
            #expect(String(decoding: result.kept, as: UTF8.self) == kept)
            #expect(result.dropped.map { $0["index"]?.integer } == [2, 4])
            #expect(result.reasons == ["score below 0.3", "score below 0.3"])
            #expect(result.summary.total == 6 && result.summary.kept == 4)
            let written = try String(contentsOfFile: folder.path("kept.jsonl.dropped.jsonl"), encoding: .utf8)
            for row in [2, 4] { #expect(written.contains(rows[row].strippingWhitespace())) }
            #expect(result.dropped[1]["score"]?.double == 0.2999999999999999)
        }
    }

    @Test func reasonsSayWhatIsWrong() async throws {
        let text = """
            {"id": 0, "similarity": 0.5}
            {"id": 1, "similarity": null}

            {"id": 2, "similarity": "0.5"}
            {"id": 3, "similarity": NaN}
            {"id": 4, "similarity": [0.5, null]}
            {"id": 5, "similarity": 1e999}
            {"id": 6}
            [7]
            {"id": 8,
            {"id": 9, "similarity": 0.8}
            {"id": 10, "similarity": [0.1, 0.9]}
            {"id": 11, "similarity": true}
            """
        let result = try await selected(text, Self.selection(minimum: 0.3, maximum: 0.7))
        #expect(try result.ids == [0])
        #expect(
            result.reasons == [
                "similarity is null", "similarity is a string", "similarity is NaN", "similarity is a list with null",
                "similarity is 1e999", "no similarity", "not JSON: expected an object, found an array at byte 0",
                "not JSON: expected a key in quotation marks at byte 9", "score above 0.7",
                "scores below 0.3 and above 0.7", "similarity is true",
            ])
        // A blank line is no row.
        #expect(result.dropped.map { $0["index"]?.integer } == Array(1...11))
        #expect(result.dropped[6]["line"]?.text == "[7]" && result.dropped[0]["row"]?["id"]?.integer == 1)
        #expect(
            result.summary.dropped.map(\.count) == [2, 1, 6, 1, 1] && result.summary.before?.count == 3
                && result.summary.after?.count == 1)
    }

    @Test func bytesThatAreNoTextAreNotLost() async throws {
        let bad: [UInt8] = Array(#"{"id": 1, "similarity": ""#.utf8) + [0xFF, 0xFE] + Array(#""}"#.utf8)
        let good = Array(#"{"id": 0, "similarity": 1}"#.utf8) + [0x0A]
        let result = try await Selected(
            Self.selection(minimum: 0), of: folder.write(good + bad, as: "rows.jsonl"), in: folder)
        #expect(result.kept == good)
        let text = try #require(result.dropped[0]["base64"]?.text)
        #expect(Data(base64Encoded: text).map(Array.init) == bad)
    }

    @Test func ranksSayWhichRowsAreBest() async throws {
        let scores = ["0.1", "0.9", "[]", "0.5", "[0.4, 0.6]", "0.9", "0.2"]
        let text = scores.enumerated().map { #"{"id": \#($0), "__dj__stats__": {"image_text_similarity": \#($1)}}"# }
            .joined(separator: "\n")
        var selection = Self.selection(topCount: 3, skipped: 1)
        var result = try await selected(text, selection)
        #expect(try result.ids == [3, 4, 5])
        #expect(result.dropped.map { $0["rank"]?.integer } == [6, 1, 7, 5])
        #expect(result.reasons == ["rank above 4", "skipped: rank up to 1", "rank above 4", "rank above 4"])
        #expect(result.dropped[2]["score"] == nil)
        selection.isOrderedByScore = true
        result = try await selected(text, selection)
        #expect(try result.ids == [5, 3, 4] && result.kept.last == 0x0A)
        selection.ranks = RankCut(topRatio: 0.5, topCount: 100, skippedCount: 0)
        #expect(try await selected(text, selection).ids == [1, 5, 3])
        selection.ranks = RankCut(skippedCount: 100)
        #expect(try await selected(text, selection).ids == [])
    }

    @Test func fieldsAreFoundByDottedNames() async throws {
        let rows = [#"{"id": 0, "a": {"b.c": 1, "b": {"c": 2}}}"#, #"{"id": 1, "a.b.c": 3, "a": {"b": {"c": 0}}}"#]
        let result = try await selected(rows.joined(separator: "\n"), Self.selection(minimum: 2, field: "a.b.c"))
        #expect(try result.ids == [0, 1] && result.summary.before?.quartiles == [2, 2.25, 2.5, 2.75, 3])
        #expect(result.summary.before?.mean == 2.5)
        let other = try await selected(rows[0], Self.selection(minimum: 2, field: "a.b.c"))
        #expect(try other.ids == [0])
    }

    /// Names are bytes: a composed and a decomposed letter make two fields.
    @Test func fieldsAreFoundByTheirBytes() async throws {
        let result = try await selected(
            #"{"id": 0, "\#u{E9}": 1, "e\#u{301}": 0}"#, Self.selection(minimum: 1, field: "\u{E9}"))
        #expect(try result.ids == [0])
    }

    @Test(
        arguments: [
            (
                #"{"id": 0}"#, nil,
                #"line 1: no "__dj__stats__.image_text_similarity" and no "similarity" and no "__dj__stats__.image_text_matching_score" and no "matching_score", nor has"#
            ),
            (
                "\n" + #"{"id": 0, "similarity": 1}"#, "clip",
                #"line 2: no "clip", nor has any other row a score; --field"#
            ),
            (#"{"similarity": null}"#, nil, "line 1: similarity is null, nor has any other row a score"),
            (
                "no JSON\nnor this", nil,
                "line 1: not JSON: expected an object at byte 0, nor is any other line a JSON object"
            ),
            ("[1, 2]", nil, "it is a JSON array, expected a JSON object a line"),
        ] as [(String, String?, String)])
    func aFileWithoutScoresIsRefused(text: String, field: String?, message: String) async throws {
        let file = try folder.write(text, as: "rows.jsonl")
        let error = await #expect(throws: FileError.self) {
            try await Selected(Self.selection(minimum: 0, field: field), of: file, in: folder)
        }
        #expect("\(error as Any)".contains(message), "\(error as Any)")
        #expect("\(error as Any)".contains(file.path))
        #expect(!FileManager.default.fileExists(atPath: folder.path("kept.jsonl")))
    }

    @Test func anEmptyFileHasNoRows() async throws {
        let result = try await selected("\n\n", Self.selection(minimum: 0))
        #expect(result.kept.isEmpty && result.dropped.isEmpty && result.summary.before == nil)
    }

    @Test func compressedRowsAreRead() async throws {
        let rows = Array("{\"id\": 0, \"similarity\": 1}\r\n{\"id\": 1, \"similarity\": 0}".utf8)
        var prefix = FilePrefix()
        prefix.add(rows)
        func bytes(_ number: UInt32, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        }
        let count = UInt32(rows.count)
        // One block that is stored as it is.
        let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1] + bytes(count, 2) + bytes(~count, 2)
        let gzip = head + rows + bytes(prefix.checksum, 4) + bytes(count, 4)
        var selection = Self.selection(topCount: 1)
        selection.isOrderedByScore = true
        let result = try await Selected(selection, of: folder.write(gzip, as: "rows.jsonl.gz"), in: folder)
        #expect(result.kept == Array("{\"id\": 0, \"similarity\": 1}\r\n".utf8))
        #expect(result.dropped.first?["row"]?["id"]?.integer == 1)
    }

    @Test func whatIsReadIsNotReplaced() async throws {
        let text = #"{"similarity": 1}"#
        let file = try folder.write(text, as: "rows.jsonl")
        try FileManager.default.createSymbolicLink(
            at: folder.url.appendingPathComponent("link"), withDestinationURL: file)
        for (output, dropped) in [("rows.jsonl", "d"), ("link", "d"), ("k", "rows.jsonl"), ("k", "link")] {
            await #expect(throws: DataSetError.self) {
                try await Self.selection(minimum: 0)(
                    FilePath(file.path), to: FilePath(folder.path(output)), dropped: FilePath(folder.path(dropped))
                ) { _, _ in }
            }
        }
        await #expect(throws: DataSetError.sameOutput(path: folder.path("k"))) {
            try await Self.selection(minimum: 0)(
                FilePath(file.path), to: FilePath(folder.path("k")), dropped: FilePath(folder.path("k"))
            ) { _, _ in }
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }
}
