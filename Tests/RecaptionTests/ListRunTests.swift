import Captioner
import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerRecaption

/// Runs over lists of images, and to formats that other tools read, resume at any byte and try again as others do.
@Suite(.timeLimit(.minutes(45))) struct ListRunTests {
    private let fixture: RunFixture

    init() async throws { fixture = try await RunFixture() }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let format: OutputFormat
        let input: @Sendable (TemporaryFolder) throws -> any ItemSource
    }

    private static func table(_ folder: TemporaryFolder) throws -> any ItemSource {
        let rows = ["id,image,text", "1,p0.png,a", "2,bad.png,b", "3,p1.png,c", "4,,d", "5,same.png,e", "6,gone.png,f"]
        try folder.write((rows + ["7,p2.png,g", "8,p0.png,h", ""]).joined(separator: "\n"), as: "t.csv")
        return try ImageTable(FilePath(folder.path("t.csv")))
    }

    private static func conversations(_ folder: TemporaryFolder) throws -> any ItemSource {
        func element(_ members: String, _ answers: String...) -> String {
            let turns = answers.map { #"{"from": "human", "value": "<image>\nq"}, {"from": "gpt", "value": "\#($0)"}"# }
            return "{\(members), \"conversations\": [\(turns.joined(separator: ", "))]}"
        }
        let elements = [
            element(#""id": "0", "image": "p0.png""#, "old"), element(#""id": "1""#, "words alone"),
            element(#""id": "2", "image": "bad.png", "w": 1.50"#, "old"), element(#""image": "p1.png""#, "a", "b"), "7",
            element(#""id": "5", "image": "p2.png""#, "old"), element(#""id": "6", "image": "gone.png""#, "old"),
            element(#""id": "7", "image": "p3.png""#, "old"),
        ]
        try folder.write("[" + elements.joined(separator: ",\n") + "]", as: "train.json")
        return try LLaVASet(FilePath(folder.path("train.json")))
    }

    private static func metadata(_ folder: TemporaryFolder) throws -> any ItemSource {
        let rows = ["p0", "bad", "p1", "gone", "p2"].enumerated().map {
            "{\"file_name\": \"\($1).png\", \"w\": \($0).50, \"text\": \"old\"}\n"
        }
        try folder.write(rows.joined(), as: "metadata.jsonl")
        return try ImageFolder(FilePath(folder.url.path))
    }

    static let cases: [Case] = [
        Case(testDescription: "a table as JSONL", format: .jsonl, input: table),
        Case(testDescription: "a table as CSV", format: .csv, input: table),
        Case(testDescription: "a table as metadata", format: .imageFolder, input: table),
        Case(testDescription: "a list") { folder in
            let names = ["p0", "bad", "p1", "gone", "p2", "p0"].map { folder.path("\($0).png") }
            try folder.write(names.joined(separator: "\n"), as: "list")
            return try FileList(FilePath(folder.path("list")))
        },
        Case(testDescription: "conversations", format: .llava, input: conversations),
        Case(testDescription: "conversations as records", format: .jsonl, input: conversations),
        Case(testDescription: "metadata", format: .imageFolder, input: metadata),
    ]

    @Test(arguments: cases) func fromAnyByteAndAgain(_ test: Case) async throws {
        var job = fixture.job(try test.input(fixture.folder), test.format)
        let first = try await fixture.run(job, "whole")
        #expect(first.failed >= 2 && first.done >= 3)
        let whole = fixture.files("whole")
        let (output, errors) = (fixture.bytes(whole.output), fixture.bytes(whole.errors))
        let files = fixture.files("cut")
        var random = SplitMix64(seed: 7)
        for cut in [0, 1, output.count - 1, output.count]
            + (0..<8).map({ _ in Int(random.next() % UInt64(output.count)) })
        {
            try fixture.folder.write(Array(output.prefix(cut)), as: "cut")
            try fixture.folder.write(errors, as: "cut.errors.jsonl")
            var description = try RunDescription(path: whole.description)
            description.isFinished = false
            try description.write(to: files.description)
            try await fixture.run(job, "cut")
            #expect(fixture.bytes(files.output) == output, "cut at \(cut)")
            #expect(fixture.bytes(files.errors) == errors, "cut at \(cut)")
        }
        // What failed is mended, and is tried again.
        for (name, picture) in [("gone", "drawn-002"), ("bad", "drawn-003")] {
            try? FileManager.default.removeItem(atPath: fixture.folder.path("\(name).png"))
            try fixture.folder.copy(Fixtures.pictures.appendingPathComponent("\(picture).png"), as: "\(name).png")
        }
        try await fixture.run(job, "mended")
        job.mode = .retryFailed
        let again = try await fixture.run(job, "cut")
        #expect(again.images == 2)
        #expect(fixture.bytes(files.output) == fixture.bytes(fixture.files("mended").output))
        #expect(fixture.bytes(files.errors) == fixture.bytes(fixture.files("mended").errors))
    }

    /// An array that was made of the rows as they are may have been edited since.
    @Test func anArrayIsMadeAgainOnlyOfOtherRows() async throws {
        let array = fixture.files("new.json").output
        func run(_ change: (inout RecaptionJob) -> Void = { _ in }) async throws {
            var job = fixture.job(try Self.conversations(fixture.folder), .llava)
            change(&job)
            try await fixture.run(job, "new.json.rows.jsonl")
            try job.makeArray(array)
        }
        try await run { $0.limit = 1 }
        try fixture.folder.write("edited", as: "new.json")
        try await run { $0.limit = 1 }
        #expect(fixture.bytes(array) == Array("edited".utf8))
        // A run that was killed before it made the array.
        try await run()
        let whole = fixture.bytes(array)
        #expect(whole.starts(with: Array("[\n".utf8)))
        try FileManager.default.removeItem(atPath: array.string)
        try await run()
        #expect(fixture.bytes(array) == whole)
        // Files that were copied have other times.
        try fixture.folder.write("edited", as: "new.json")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 0)], ofItemAtPath: array.string)
        try await run()
        try await run { $0.mode = .retryFailed }
        #expect(fixture.bytes(array) == Array("edited".utf8))
        try? FileManager.default.removeItem(atPath: fixture.folder.path("gone.png"))
        try fixture.folder.copy(Fixtures.pictures.appendingPathComponent("drawn-002.png"), as: "gone.png")
        try await run { $0.mode = .retryFailed }
        #expect(fixture.bytes(array).starts(with: Array("[\n".utf8)) && fixture.bytes(array) != whole)
        try fixture.folder.write("edited", as: "new.json")
        // Whatever the time of an array of other rows.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: 3600)], ofItemAtPath: array.string)
        try await run { $0.mode = .overwrite }
        #expect(fixture.bytes(array).starts(with: Array("[\n".utf8)))
    }

    /// The column that is named is the one that captions are written in.
    @Test func captionsGoToTheNamedColumn() async throws {
        let line: (String) -> String = { #"{"file_name": "p0.png", "text": "1", "caption": "\#($0)", "w": 1.50}"# }
        try fixture.folder.write("\u{FEFF}\n\(line("old"))\r\n\n\(line("old"))", as: "metadata.jsonl")
        var fields = ListFields()
        fields.text = "caption"
        let job = fixture.job(try ImageFolder(FilePath(fixture.folder.url.path), fields: fields), .imageFolder)
        try await fixture.run(job, "out")
        let rows = String(decoding: fixture.bytes(fixture.files("out").output), as: UTF8.self)
        let caption = try #require(try JSONParser.parse(Array(rows.utf8.prefix { $0 != 0x0A }))["caption"]?.text)
        #expect(caption != "old")
        #expect(Array(rows.utf8) == Array("\(line(caption))\r\n\(line(caption))\n".utf8))
        #expect(try await fixture.run(job, "out").resumed == 2)
        let other = fixture.job(try ImageFolder(FilePath(fixture.folder.url.path)), .imageFolder)
        await #expect(throws: RecaptionError.self) { try await fixture.run(other, "out") }
    }

    @Test func answersOfConversationsAreReplaced() async throws {
        let job = fixture.job(try Self.conversations(fixture.folder), .llava)
        try await fixture.run(job, "new.json.rows.jsonl")
        try job.makeArray(fixture.files("new.json").output)
        let array = try #require(try JSONParser.parse(fixture.bytes(fixture.files("new.json").output)).elements)
        let old = try #require(try JSONParser.parse(fixture.bytes(fixture.folder.path("train.json"))).elements)
        #expect(array.count == old.count)
        for (index, (new, old)) in zip(array, old).enumerated() {
            let isCaptioned = [0, 5, 7].contains(index)
            #expect((new == old) == !isCaptioned)
            guard isCaptioned else { continue }
            #expect(new["image"] == old["image"] && new["id"] == old["id"])
            #expect(new["conversations"]?.elements?.first == old["conversations"]?.elements?.first)
            let answer = new["conversations"]?.elements?.last?["value"]?.text
            #expect(answer?.hasSuffix("\n") == false)
        }
    }

    @Test func resultsForCOCO() async throws {
        for (index, name) in ["COCO_val2014_000000000012", "000000000007"].enumerated() {
            try fixture.folder.write(fixture.bytes(fixture.folder.path("p\(index).png")), as: "in/\(name).png")
        }
        try fixture.folder.write("<html>", as: "in/3.png")
        let job = fixture.job(try ImageList(inputs: [fixture.folder.path("in")]), .coco)
        try CocoResult.check(job.input)
        try await fixture.run(job, "results.json.rows.jsonl")
        try job.makeArray(fixture.files("results.json").output)
        let results = try #require(try JSONParser.parse(fixture.bytes(fixture.files("results.json").output)).elements)
        #expect(results.map { $0["image_id"]?.integer } == [7, 12])
        #expect(results.allSatisfy { $0["caption"]?.text?.isEmpty == false && $0.members?.count == 2 })
        let images = try ImageList(inputs: [fixture.folder.path("p0.png"), fixture.folder.path("in/3.png")])
        try CocoResult.check(images)
        let cause = "it has none, neither at the end of its name nor as its id"
        #expect(throws: DataSetError.noImageID(image: fixture.folder.path("bad.png"), cause: cause)) {
            try CocoResult.check(try ImageList(inputs: [fixture.folder.path("bad.png")]))
        }
        try fixture.folder.write("", as: "in/a12.png")
        let first = "COCO_val2014_000000000012.png"
        #expect(throws: DataSetError.sameImageID(image: "a12.png", other: first, id: 12)) {
            try CocoResult.check(try ImageList(inputs: [fixture.folder.path("in")]))
        }
    }
}

extension ListRunTests.Case {
    fileprivate init(
        testDescription: String, _ input: @escaping @Sendable (TemporaryFolder) throws -> any ItemSource
    ) {
        self.init(testDescription: testDescription, format: .jsonl, input: input)
    }
}
