import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerRecaption
@testable import CaptionerReport

/// Inputs that would take hours if each element of them made the others be looked at again.
@Suite(.timeLimit(.minutes(45))) struct HostileInputTests {
    private let folder: TemporaryFolder
    private let count = 300_000

    init() throws { folder = try TemporaryFolder() }

    private func object(_ member: (Int) -> String) -> String {
        "{" + (0..<count).map(member).joined(separator: ", ") + "}"
    }

    @Test func anOpenQuotationMark() throws {
        let line = String(repeating: "x", count: 100) + "\n"
        let path = try folder.write("image,caption\na,\"b\n" + String(repeating: line, count: count), as: "out.csv")
            .path
        #expect(throws: FileError.self) { try ReportRowReader(path: FilePath(path), fields: .init(), limit: 9) }
    }

    @Test func quotationMarksOverSeveralLines() throws {
        let path = try folder.write("image,caption\na,\"b\nc\"\"\n\"\"d\ne\"\nf,g\n", as: "out.csv").path
        let rows = try ReportRowReader(path: FilePath(path), fields: .init(), limit: 9).rows
        #expect(rows.map(\.captions) == [["b\nc\"\n\"d\ne"], ["g"]])
    }

    @Test func manyImagesInASample() throws {
        let images = (0..<count).map { "\"\($0)\"" }.joined(separator: ", ")
        let input = try folder.write(#"{"id": 1, "text": "a", "images": [\#(images)]}"#, as: "in.jsonl").path
        let error = #expect(throws: FileError.self) {
            try LLaVAConversion()(FilePath(input), to: FilePath(folder.path("out.json")))
        }
        #expect("\(error as Any)".contains("sample 1 has more than one image"))
    }

    /// The images are not gone through again for each row.
    @Test(arguments: [ImageRows.Notation.jsonl, .csv]) func manyRowsOfASample(notation: ImageRows.Notation) throws {
        let shape = CaptionRecord.Shape(isList: false, showsLogProbabilities: false)
        let format = ImageRows(notation, shape: shape)
        let images = (0..<count).map { "\"\($0)\"" }.joined(separator: ", ")
        let input = try DataSet(path: folder.write(#"{"id": 1, "images": [\#(images)]}"#, as: "in.jsonl").path)
        let item = try #require(try input.items(0..<1).next())
        let answer = ImageAnswer.success([ImageCaption(text: "a")])
        let rows = try format.rows(of: item, answers: Array(repeating: answer, count: count)).rows
        let files = RunFiles(output: folder.path("out"))
        try folder.write(format.header + rows.joined(), as: "out")
        let point = try ResumePoint(
            files: files, format: format, items: ItemQueue(try input.items(0..<1)), passed: { _, _ in })
        #expect(point.itemCount == 1 && point.rowCount == count)
        #expect(try EarlierRows(files, format: format).rows(of: item)?.rows == rows)
    }

    @Test func manyImagesInAChunk() {
        let fields = DataSetFields()
        let text = CaptionPlacement.afterOwnImage.place(
            Array(repeating: "caption", count: count), in: String(repeating: fields.imageToken, count: count), fields)
        #expect(text.utf8.count == count * (fields.imageToken.utf8.count + " caption ".utf8.count))
    }

    @Test func manyKeys() throws {
        let line = #"{"text": "a", "images": [], "o": \#(object { "\"k\($0)\": \($0)" })}"#
        let keys = object { "\"m\($0)\": [\($0), null]" }.dropFirst().dropLast()
        let path = try folder.write("\(line)\n{\"text\": \"b\", \(keys)}\n", as: "in.jsonl").path
        let dataSet = try DataSet(path: path)
        for profile in CompatibilityProfile.allCases {
            let schema = try ColumnSchema(dataSet, profile)
            var lines = try dataSet.lines()
            while let line = try lines.next() {
                let sample = try Sample(line: line.read(), fields: .init(), folder: "/")
                #expect(schema.row(of: sample, text: nil).members?.count == count + 3)
            }
        }
        #expect(try JSONParser.parse(line.utf8).asReadByPython["o"]?.members?.count == count)
    }

    /// Objects of which each has a name that no other has, beside one that all have.
    @Test func manyObjectsInAList() throws {
        let objects = (0..<count).map { #"{"a": \#($0), "b": \#($0 == 7 ? "null" : "1")}"# }
        let line = #"{"text": "a", "images": [], "o": [\#(objects.joined(separator: ", "))]}"#
        let dataSet = try DataSet(path: folder.write(line, as: "in.jsonl").path)
        let schema = try ColumnSchema(dataSet, .betterSynth)
        let row = schema.row(of: try Sample(line: Array(line.utf8), fields: .init(), folder: "/"), text: nil)
        #expect(row["o"]?.elements?[0]["a"] == .number("0"))
        #expect(row["o"]?.elements?[0]["b"] == .number("1.0"))
        #expect(row["o"]?.elements?[7]["b"]?.isNull == true)
    }

    @Test func manyErrorsOfOneImage() throws {
        let record = { (index: Int) in #"{"index": \#(index), "image": "/a", "stage": "read", "message": "m"}"# }
        let path = try folder.write((0..<count).map(record).joined(separator: "\n"), as: "errors.jsonl").path
        var rows = (0..<count).map { ReportRow(kind: .sample, index: $0, images: ["/a"], captions: ["c"]) }
        let errors = try #require(ReportErrors(path: FilePath(path)))
        errors.merge(into: &rows, isWhole: true) { ExactString($0) }
        #expect(rows.count == count && rows.allSatisfy { $0.failure != nil })
    }

    @Test func manySamplesOfOneImage() throws {
        let sample = #"{"images": ["/a"], "text": "<__dj__image> old <|__dj__eoc|>"}"#
        let path = try folder.write(Array(repeating: sample, count: count).joined(separator: "\n"), as: "in.jsonl").path
        var rows = (0..<count).map { ReportRow(kind: .sample, index: $0, images: ["/a"], captions: ["c"]) }
        let finder = PictureFinder(folder: "/", inputs: [], dataSet: nil, output: "/out", isOfDataSet: true)
        try OldCaptions(fields: .init(), finder: finder).fill(&rows, from: FilePath(path))
        #expect(rows.allSatisfy { $0.oldCaption == "old" })
    }
}
