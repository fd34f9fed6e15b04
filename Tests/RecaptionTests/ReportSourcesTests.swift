import CaptionerJSON
import CaptionerRecaption
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerFiles
@testable import CaptionerReport

/// What is beside an output: the data set with the old captions, error records, how the run was made.
@Suite(.timeLimit(.minutes(45))) struct ReportSourcesTests {
    private func rows(_ folder: TemporaryFolder, _ change: (inout Report) -> Void = { _ in }) async throws
        -> [ReportRow]
    {
        var report = Report(output: FilePath(folder.path("out.jsonl")))
        report.thumbnailSize = 0
        change(&report)
        return try await report().rows
    }

    @Test func oldCaptionsOfRecords() async throws {
        let folder = try TemporaryFolder()
        try folder.write(
            #"""
            {"id": "1", "text": "<__dj__image>\nold one <|__dj__eoc|><__dj__image> and <__dj__image> more <|__dj__eoc|>", "images": ["a", "b", "c"]}
            {"id": 2, "text": "<__dj__image> old two <|__dj__eoc|>", "images": ["a"]}
            not JSON
            {"id": "4", "text": "of no row", "images": ["z"]}
            """#, as: "data.jsonl")
        try folder.write(
            #"""
            {"id": "1", "image": "a", "caption": "x"}
            {"id": "1", "image": "b", "caption": "x"}
            {"id": 2, "image": "a", "caption": "x"}
            {"id": "3", "image": "nowhere", "error": {"stage": "sample", "message": "not JSON"}}
            """#, as: "out.jsonl")
        let rows = try await rows(folder) { $0.input = FilePath(folder.path("data.jsonl")) }
        #expect(rows.map(\.oldCaption) == ["old one", "and more", "old two", nil])
    }

    /// As with several captions of one image in a data set: what is alike is distinguished by order.
    @Test func oldCaptionsOfSamplesThatAreAlike() async throws {
        let folder = try TemporaryFolder()
        let sample = { (text: String) in
            #"{"id": "1", "images": ["/a"], "text": "<__dj__image> \#(text) <|__dj__eoc|>"}"#
        }
        try folder.write([sample("p"), sample("q")].joined(separator: "\n"), as: "data.jsonl")
        try folder.write([sample("1"), sample("2"), sample("3"), sample("4")].joined(separator: "\n"), as: "out.jsonl")
        let rows = try await rows(folder) { $0.input = FilePath(folder.path("data.jsonl")) }
        #expect(rows.map(\.oldCaption) == ["p", "p", "q", "q"])
        #expect(rows.map(\.captions) == [["1"], ["2"], ["3"], ["4"]])
    }

    /// The data set is the run's own, its keys and tokens those of the settings; the output was written elsewhere.
    @Test func theRunSaysWhereOldCaptionsAre() async throws {
        let folder = try TemporaryFolder()
        let data = try folder.write(
            #"{"id": "1", "caption": "[img] old [end]", "pictures": ["a.jpg"]}"#, as: "sets/data.jsonl"
        ).path
        try folder.write(
            #"{"id": "1", "caption": "[img] new [end]", "pictures": ["\#(folder.path("sets"))/a.jpg"]}"#,
            as: "out.jsonl")
        let settings =
            #"{"text_key": "caption", "images_key": "pictures", "image_token": "[img]", "end_of_chunk_token": "[end]"}"#
        try folder.write(#"{"version": 1, "inputs": ["\#(data)"], "settings": \#(settings)}"#, as: "out.jsonl.run.json")
        let rows = try await rows(folder)
        #expect(rows.map(\.oldCaption) == ["old"] && rows.map(\.captions) == [["new"]])
        // A data set that is gone is only missed if it was asked for.
        try FileManager.default.removeItem(atPath: data)
        #expect(try await self.rows(folder).map(\.oldCaption) == [nil])
        await #expect(throws: FileError.unreadableFile(path: data, cause: "No such file or directory")) {
            try await self.rows(folder) { $0.input = FilePath(data) }
        }
    }

    /// A sample that could not be captioned is kept as it was, or left out; either way it is seen where it was.
    @Test func errorRecordsOfSamples() async throws {
        let folder = try TemporaryFolder()
        let sample = { (id: String, text: String) in
            #"{"id": "\#(id)", "images": ["/\#(id).jpg"], "text": "<__dj__image> \#(text) <|__dj__eoc|>"}"#
        }
        try folder.write(
            [sample("a", "new"), sample("c", "left as it was"), sample("e", "new")].joined(separator: "\n"),
            as: "out.jsonl")
        try folder.write(
            #"""
            {"index": 1, "id": "b", "image": "/a.jpg", "stage": "read", "message": "gone"}
            {"index": 2, "id": "c", "image": "/c.jpg", "stage": "decode", "message": "broken"}
            {"index": 3, "stage": "sample", "message": "not JSON"}
            {"index": 5, "id": "f", "image": "/f.jpg", "stage": "decode", "message": "broken"}
            {"index": 5, "id": "f", "image": "/g.jpg", "stage": "decode", "message": "broken"}
            {"index": 6, "id": "g", "im
            """#, as: "out.jsonl.errors.jsonl")
        let rows = try await rows(folder)
        #expect(rows.map(\.id) == ["a", "b", "c", nil, "e", "f"])
        #expect(rows.map { $0.failure?.stage } == [nil, "read", "decode", "sample", nil, "decode"])
        #expect(rows[2].oldCaption == "left as it was" && rows[2].captions.isEmpty)
        #expect(rows.map(\.index) == Array(0..<6))
    }

    /// Samples that nothing is in are in the output, and have their errors there.
    @Test func samplesThatNothingIsIn() async throws {
        let fixture = try await RunFixture()
        let lines = ["{}", #"{"text": null, "name": "x"}"#, #"{"text": "words"}"#, #"{"image": "p0.png"}"#]
        for lines in [lines, Array(lines.prefix(1))] {
            let file = try fixture.folder.write(lines.map { $0 + "\n" }.joined(), as: "bare.jsonl")
            var job = fixture.job(try DataSet(path: file.path), .dataJuicer)
            job.mode = .overwrite
            try await fixture.run(job, "out")
            let page = try await Report(output: fixture.files("out").output)()
            #expect(page.notes.isEmpty && page.totalRowCount == lines.count)
            let expected = lines.map { $0.contains("words") ? nil : "sample" }
            #expect(page.rows.map { $0.failure?.stage } == expected)
        }
    }

    /// No more rows than asked for, those of error records included.
    @Test(arguments: 1...6) func errorRecordsCountAsRows(limit: Int) async throws {
        let folder = try TemporaryFolder()
        let ids = ["a", "c", "e"]
        try folder.write(
            ids.map { #"{"id": "\#($0)", "images": ["/\#($0)"], "text": "<__dj__image> x"}"# }.joined(separator: "\n"),
            as: "out.jsonl")
        try folder.write(
            ["b": 1, "d": 3, "f": 5].sorted { $0.value < $1.value }
                .map {
                    #"{"index": \#($0.value), "id": "\#($0.key)", "image": "/\#($0.key)", "stage": "read", "message": "x"}"#
                }
                .joined(separator: "\n"), as: "out.jsonl.errors.jsonl")
        var report = Report(output: FilePath(folder.path("out.jsonl")))
        report.thumbnailSize = 0
        report.limit = limit
        let page = try await report()
        #expect(page.rows.map(\.id) == Array(["a", "b", "c", "d", "e", "f"].prefix(limit)))
        #expect(page.totalRowCount > limit || page.totalRowCount == 6)
    }

    /// Names of files may look like addresses. Of a data set they are addresses.
    @Test func filesThatAreCalledLikeAddresses() throws {
        let folder = try TemporaryFolder()
        for name in ["in/data:,x.png", "in/file:/a.png", "in/https:/x/a.png"] { try folder.write("x", as: name) }
        let root = folder.url.standardizedFileURL.path
        let finder = { (isOfDataSet: Bool) in
            PictureFinder(
                folder: nil, inputs: [FilePath("\(root)/in")], dataSet: nil, output: FilePath("\(root)/out.jsonl"),
                isOfDataSet: isOfDataSet)
        }
        for name in ["data:,x.png", "file:/a.png", "https:/x/a.png"] {
            #expect(finder(false).picture(name).file == FilePath("\(root)/in/\(name)"))
        }
        #expect(finder(true).picture("data:,x.png") as? DataAddress == DataAddress("data:,x.png"))
        #expect(finder(true).picture("file:/a.png").file == "/a.png")
        #expect(
            finder(false).picture("file:/b%E9.png")
                .file == FilePath(bytes: [0x2F, 0x62, 0xE9, 0x2E, 0x70, 0x6E, 0x67]))
    }

    /// A record's name of a file that is not UTF-8 is not that of a file whose name looks so.
    @Test func escapedNamesLeadToTheirFiles() throws {
        let folder = try TemporaryFolder()
        let root = FilePath(folder.url.standardizedFileURL.path)
        let names: [[UInt8]] = [[0x61, 0xE9], Array("a%E9".utf8)]
        for name in names { try FileBytes.write([1], to: root.pushing(FilePath(bytes: name))) }
        let finder = PictureFinder(
            folder: root, inputs: [], dataSet: nil, output: root.appending("out.jsonl"), isOfDataSet: false)
        for name in names {
            let path = root.pushing(FilePath(bytes: name))
            #expect(finder.picture(FilePath(bytes: name).escaped).file == path)
        }
    }

    /// Error records have the first characters of a long address, rows the whole.
    @Test func errorsOfLongAddressesFindTheirRows() async throws {
        let folder = try TemporaryFolder()
        let image = "data:image/png;base64," + String(repeating: "QUJD", count: 200)
        try folder.write(
            #"{"images": ["\#(image)"], "text": "<__dj__image> old"}"# + "\n", as: "out.jsonl")
        try folder.write(
            #"{"index": 0, "image": "\#(image.pictureName)", "stage": "decode", "message": "broken"}"# + "\n",
            as: "out.jsonl.errors.jsonl")
        try folder.write(#"{"images": ["\#(image)"], "text": "<__dj__image> older"}"# + "\n", as: "set.jsonl")
        let rows = try await rows(folder) { $0.input = FilePath(folder.path("set.jsonl")) }
        #expect(rows.count == 1 && rows.first?.failure?.stage == "decode" && rows.first?.oldCaption == "older")
    }

    /// Two long addresses that begin alike are two images.
    @Test func longAddressesThatBeginAlikeHavePicturesOfTheirOwn() async throws {
        let folder = try TemporaryFolder()
        let start = "data:image/png;base64," + String(repeating: "QUJD", count: 200)
        try folder.write(
            #"{"images": ["\#(start)QUJD", "\#(start)QUJE"], "text": "<__dj__image><__dj__image> x"}"# + "\n",
            as: "out.jsonl")
        let page = try await Report(output: FilePath(folder.path("out.jsonl")))()
        #expect(page.thumbnailNumbers == [[0, 1]] && page.thumbnails.count == 2)
    }

    /// With the data set the order is known whatever the output left out, and however many rows a sample has.
    @Test func rowsStandInTheOrderOfTheDataSet() async throws {
        let folder = try TemporaryFolder()
        let sample = { (id: String) in
            #"{"id": "\#(id)", "images": ["/\#(id)"], "text": "<__dj__image> \#(id) <|__dj__eoc|>"}"#
        }
        try folder.write(["a", "b", "c"].map(sample).joined(separator: "\n"), as: "data.jsonl")
        try folder.write(["a", "a", "c", "c"].map(sample).joined(separator: "\n"), as: "out.jsonl")
        try folder.write(
            #"{"index": 1, "id": "b", "image": "/b", "stage": "read", "message": "gone"}"#, as: "out.jsonl.errors.jsonl"
        )
        let rows = try await rows(folder) { $0.input = FilePath(folder.path("data.jsonl")) }
        #expect(rows.map(\.id) == ["a", "a", "b", "c", "c"])
        #expect(rows[2].oldCaption == "b" && rows[2].failure != nil)
    }

    @Test func picturesAreFoundFromWhereTheRunWas() throws {
        let folder = try TemporaryFolder()
        for name in ["in/sub/1.jpg", "other/2.jpg", "out/3.jpg", "asked/4.jpg"] { try folder.write("x", as: name) }
        let root = folder.url.standardizedFileURL.path
        let finder = PictureFinder(
            folder: nil, inputs: [FilePath("\(root)/in"), FilePath("\(root)/other/2.jpg")], dataSet: nil,
            output: FilePath("\(root)/out/captions.jsonl"), isOfDataSet: false)
        #expect(finder.key("sub/1.jpg").string == "\(root)/in/sub/1.jpg")
        #expect(finder.key("in/sub/1.jpg").string == "\(root)/in/sub/1.jpg")
        #expect(finder.key("../in/sub/1.jpg").string == "\(root)/in/sub/1.jpg")
        #expect(finder.key("2.jpg").string == "\(root)/other/2.jpg")
        #expect(finder.key("./other/2.jpg").string == "\(root)/other/2.jpg")
        #expect(finder.key("3.jpg").string == "\(root)/out/3.jpg")
        #expect(finder.key("/absolute.jpg").string == "/absolute.jpg")
        #expect(finder.key("nowhere.jpg").string == "\(root)/in/nowhere.jpg")
        let asked = PictureFinder(
            folder: FilePath("\(root)/asked"), inputs: [FilePath("\(root)/in")], dataSet: nil,
            output: FilePath("\(root)/x"), isOfDataSet: false)
        #expect(asked.key("4.jpg").string == "\(root)/asked/4.jpg")
        #expect(asked.key("sub/1.jpg").string == "\(root)/asked/sub/1.jpg")
    }
}
