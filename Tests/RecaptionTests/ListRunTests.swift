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
        #expect(throws: DataSetError.noImageID(image: fixture.folder.path("bad.png"))) {
            try CocoResult.check(try ImageList(inputs: [fixture.folder.path("bad.png")]))
        }
        try fixture.folder.write("", as: "in/a12.png")
        #expect(throws: DataSetError.sameImageID(image: "a12.png", id: 12)) {
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
