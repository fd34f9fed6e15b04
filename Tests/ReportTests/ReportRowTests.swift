import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerFiles
@testable import CaptionerReport

@Suite struct ReportRowTests {
    private func read(_ text: String, holdsSamples: Bool = false, limit: Int = 100) throws -> ReportRowReader {
        let folder = try TemporaryFolder()
        return try ReportRowReader(
            path: FilePath(folder.write(text, as: "out").path), fields: DataSetFields(), holdsSamples: holdsSamples,
            limit: limit)
    }

    @Test func recordsOfImages() throws {
        let rows = try read(
            #"""
            {"image": "a.jpg", "caption": "a dog\n", "log_probability": -3.25, "note": "the file ends early"}
            {"id": 7, "image": "b/é.png", "captions": ["one", "two"], "log_probabilities": [-1, NaN]}

            {"id": "x", "image": "c.jpg", "error": {"stage": "decode", "message": "broken"}}
            {"id": null, "error": {"stage": "sample", "message": "not JSON"}}
            """#
        ).rows
        try #require(rows.count == 4)
        #expect(rows[0].images == ["a.jpg"] && rows[0].captions == ["a dog\n"] && rows[0].id == nil)
        #expect(rows[0].logProbabilities == [-3.25] && rows[0].note == "the file ends early")
        #expect(rows[1].captions == ["one", "two"] && rows[1].logProbabilities == [-1, nil] && rows[1].id == "7")
        #expect(rows[2].failure == ReportRow.Failure(stage: "decode", message: "broken") && rows[2].captions.isEmpty)
        #expect(rows[3].failure?.stage == "sample" && rows[3].images.isEmpty && rows[3].id == nil)
    }

    @Test func samplesOfADataSet() throws {
        let rows = try read(
            #"""
            {"id":"1","text":"<__dj__image> a red\ncircle\n <|__dj__eoc|>","images":["\/data\/1.jpg"]}
            {"text": "<__dj__image> one <|__dj__eoc|><__dj__image><__dj__image> two <|__dj__eoc|>", "images": ["a", "b", "c"]}
            {"images": ["a"], "text": "<__dj__image> \u0301accent <|__dj__eoc|>\u0301"}
            """#
        ).rows
        #expect(rows.map(\.kind) == [.sample, .sample, .sample])
        #expect(rows.map(\.captions) == [["a red\ncircle"], ["one\ntwo"], ["\u{301}accent\n\u{301}"]])
        #expect(rows[0].images == ["/data/1.jpg"] && rows[1].images == ["a", "b", "c"])
    }

    /// Samples without a text or images are kept like all others.
    @Test func samplesWithNothingToShow() throws {
        let text = #"""
            {"id": 1, "text": null}
            {"images": null}
            {}
            {"text": 5, "image": 7}
            """#
        for holdsSamples in [false, true] {
            let read = try read(text, holdsSamples: holdsSamples)
            #expect(read.rows.map(\.kind) == [.sample, .sample, .sample, .sample] && read.notes.isEmpty)
            #expect(read.rows.map(\.id) == ["1", nil, nil, nil])
            #expect(read.rows.allSatisfy { $0.images.isEmpty && $0.captions.isEmpty })
        }
        // Where samples are known to be they may have any fields, those of records as well.
        let other = #"{"image": "a.jpg", "error": {}, "text": "words"}"# + "\n" + #"{"name": "a"}"#
        let rows = try read(other, holdsSamples: true).rows
        #expect(rows.map(\.kind) == [.sample, .sample] && rows.map(\.captions) == [["words"], []])
    }

    @Test func commaSeparatedValues() throws {
        let rows = try read(
            """
            id,image,caption,log_probability,note,error_stage,error_message
            1,a.jpg,"a ""dog"",
            and a cat",-2.5,,,
            2,b.jpg,,,,decode,"broken, it is"
            """
        ).rows
        try #require(rows.count == 2)
        #expect(rows[0].captions == ["a \"dog\",\nand a cat"] && rows[0].logProbabilities == [-2.5])
        #expect(rows[0].id == "1" && rows[0].images == ["a.jpg"] && rows[0].failure == nil)
        #expect(rows[1].failure == ReportRow.Failure(stage: "decode", message: "broken, it is"))
        #expect(rows[1].captions.isEmpty)
        let several = try read("image,captions\na,\"one\ntwo\"\n").rows
        #expect(several.first?.captions == ["one", "two"])
    }

    @Test func onlyTheFirstRowsAreKept() throws {
        let read = try read(String(repeating: #"{"image": "a", "caption": "b"}"# + "\n", count: 5), limit: 2)
        #expect(read.rows.count == 2 && read.count == 5 && read.notes.isEmpty)
    }

    @Test(arguments: [
        ("<html>\n", "line 1: not JSON: unexpected character at byte 0"),
        (#"{"image": "a", "caption": "b"}"# + "\n\n[1]\n", "line 3: neither a record"),
        (#"{"image": "a", "caption": "b"}"# + "\n{\"im\n", "line 2: not JSON: a string that does not end"),
        (#"{"name": "a"}"#, "line 1: neither a record of captions nor a sample of a data set"),
        ("image,caption\na,b\nc\n", "line 3: not as many fields as the first line has"),
        ("{\"image\": \"\u{1}\"}\n", "line 1: not JSON: a control character"),
    ])
    func whatIsNoOutputIsReportedWithItsLine(text: String, message: String) throws {
        let error = #expect(throws: FileError.self) { try read(text) }
        #expect(error?.description.contains("out: \(message)") == true, "\(String(describing: error))")
    }

    @Test func aMissingOutputIsAnError() {
        #expect(throws: FileError.unreadableFile(path: "/no/such", cause: "No such file or directory")) {
            try ReportRowReader(path: "/no/such", fields: DataSetFields(), limit: 1)
        }
    }

    /// A run that is still running may be in the middle of a line.
    @Test func aLastLineThatIsCutOffIsLeftOut() throws {
        let read = try read(#"{"image": "a", "caption": "b"}"# + "\n" + #"{"image": "c", "capt"#)
        #expect(read.rows.count == 1 && read.count == 1)
        #expect(read.notes.first?.contains("cut off") == true)
    }

    @Test func anEmptyOutputHasNoRows() throws {
        let read = try read("")
        #expect(read.rows.isEmpty && read.notes.count == 1)
    }
}
