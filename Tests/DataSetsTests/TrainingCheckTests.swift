import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets

/// Findings about training files agree with what MGM's own code made of the same rows.
@Suite struct TrainingCheckTests {
    struct Fixture: Decodable {
        struct Case: Decodable {
            struct Stage: Decodable {
                let outcome: String
                let findings: [String]
            }

            let name: String
            let row: String
            let pretrain: Stage
            let finetune: Stage
        }

        let folder: String
        let cases: [Case]
    }

    private static let fixtures = Fixtures.package.appendingPathComponent("Tests/DataSetsTests/Fixtures/training-rows")
    private static let images = fixtures.appendingPathComponent("images")
    private static let tokenizer = FilePath(fixtures.appendingPathComponent("tokenizer"))

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func path(_ name: String) -> FilePath { FilePath(folder.path(name)) }

    private func check(
        _ text: String, _ stage: TrainingStage = .pretrain, images: URL = images, decodes: Bool = true,
        lengths: TrainingLengths? = nil
    ) async throws -> (summary: TrainingCheckSummary, findings: [JSONValue]) {
        try folder.write(text, as: "training.json")
        var check = TrainingCheck(images: FilePath(images), stage: stage)
        check.decodesImages = decodes
        check.threadCount = 2
        check.lengths = lengths
        let summary = try await check(path("training.json"), findings: path("findings.jsonl"), progress: { _ in })
        let lines = try FileBytes.of(path("findings.jsonl")).split(separator: 0x0A)
        return (summary, try lines.map { try JSONParser.parse($0) })
    }

    private func named(_ findings: [JSONValue], row: Int?) -> [String] {
        findings.filter { $0["row"]?.integer == row }
            .map { "\($0["severity"]?.text ?? "") \($0["kind"]?.text ?? "")" }.sorted()
    }

    private func good(_ question: String, _ answer: String, image: String = "good.jpg") -> String {
        let turns = [("human", question), ("gpt", answer)].map { role, text in
            #"{"from": "\#(role)", "value": \#(JSONValue.string(text).json())}"#
        }
        return #"{"id": 7, "image": "\#(image)", "conversations": [\#(turns.joined(separator: ", "))]}"#
    }

    @Test(arguments: TrainingStage.allCases) func findingsAreThoseOfMGM(_ stage: TrainingStage) async throws {
        let fixture = try JSONDecoder().decode(
            Fixture.self, from: Data(contentsOf: Self.fixtures.appendingPathComponent("cases.json")))
        try #require(fixture.cases.count > 100)
        let rows = fixture.cases.map { $0.row.replacing(fixture.folder, with: Self.images.path) }
        let lengths = try TrainingLengths(tokenizer: Self.tokenizer, limit: TrainingLengths.usualLimit)
        let (summary, findings) = try await check("[\(rows.joined(separator: ",\n"))]", stage, lengths: lengths)
        #expect(summary.rowCount == rows.count && !summary.isFit)
        for (index, entry) in fixture.cases.enumerated() {
            let expected = stage == .pretrain ? entry.pretrain : entry.finetune
            #expect(named(findings, row: index) == expected.findings.sorted(), "\(entry.name)")
        }
        var counts: [String: Int] = [:]
        for entry in fixture.cases {
            let outcome = (stage == .pretrain ? entry.pretrain : entry.finetune).outcome
            counts[outcome, default: 0] += 1
        }
        for severity in [TrainingFinding.Severity.crash, .replaced, .ignored] {
            #expect(summary.rowCounts[severity] == counts[severity.rawValue], "\(severity)")
        }
    }

    /// Every kind that a row can have is in the fixture.
    @Test func allKindsAreTried() throws {
        let fixture = try JSONDecoder().decode(
            Fixture.self, from: Data(contentsOf: Self.fixtures.appendingPathComponent("cases.json")))
        let tried = Set(
            fixture.cases.flatMap { $0.pretrain.findings + $0.finetune.findings }.map {
                String($0.drop { $0 != " " }.dropFirst())
            })
        // An image of ninety million pixels is no fixture; two are about whole files.
        let others: Set = ["image-very-large", "retries-run-out", "many-rows"]
        #expect(tried.union(others) == Set(TrainingFinding.Kind.allCases.map(\.rawValue)))
    }

    @Test(arguments: TrainingStage.allCases) func ordinaryRowsHaveNoFindings(_ stage: TrainingStage) async throws {
        var random = SplitMix64(seed: 5)
        let scripts = [
            "abcdefghijklm", "абвгдежз", "αβγδεζ", "的一是不了人我", "あいうえお", "가나다라", "אבגדה", "ابتثج", "कखगघ", "กขคง", "éèüß",
            "😀🐈👍🏽",
        ]
        .map(Array.init)
        func text(_ count: Int) -> String {
            let letters = scripts[Int(random.next() % UInt64(scripts.count))]
            let words = (0..<count).map { _ in
                String((0...random.next() % 7).map { _ in letters[Int(random.next() % UInt64(letters.count))] })
            }
            let endings = [
                "", ".", " <3", " 1 < 2 > 0", " \"quoted\"", " </image>", " <b>bold</b>", " \\n", " <Image>",
            ]
            return words.joined(separator: " ") + endings[Int(random.next() % UInt64(endings.count))]
        }
        let rows = (0..<1200).map { row in
            let question = text(4)
            return good(
                row % 2 == 0 ? "<image>\n\(question)" : "\(question)\n<image>", text(1 + row % 40),
                image: ["good.jpg", "good.png", "sub/1.jpg"][row % 3])
        }
        let (summary, findings) = try await check("[\(rows.joined(separator: ", "))]", stage)
        #expect(findings.isEmpty, "\(findings.first.map { $0.json() } ?? "")")
        #expect(summary.isFit && summary.groups.isEmpty && summary.rowCount == 1200)
    }

    /// Without a tokenizer rows of any length are taken to be short.
    @Test func lengthsNeedATokenizer() async throws {
        let rows = "[\(good("<image>\n?", String(repeating: "a", count: 3000)))]"
        #expect(try await check(rows).findings.isEmpty)
        let lengths = try TrainingLengths(tokenizer: Self.tokenizer, limit: TrainingLengths.usualLimit)
        let (summary, findings) = try await check(rows, lengths: lengths)
        let size = "it takes 3597 positions, of which training keeps 2048"
        #expect(
            findings.map { $0["message"]?.text } == [
                "\(size): of 3003 tokens that there are to learn it does not see the last 1549"
            ])
        #expect(summary.isFit)
    }

    /// Wherever the limit is: nothing is said of a row that fits, then its end is missing, then all of its answer.
    @Test func theLimitDecides() async throws {
        // The image and 18 tokens, the answer, and three tokens that end it.
        let (before, answer) = (576 + 18, 7)
        var seen: [String: [Int]] = [:]
        for limit in before - 3...before + answer + 6 {
            let lengths = try TrainingLengths(tokenizer: Self.tokenizer, limit: limit)
            let found = try await check(
                "[\(good("<image>\n?", String(repeating: "a", count: answer)))]", lengths: lengths)
            seen[named(found.findings, row: 0).joined(), default: []].append(limit)
        }
        let all = before + answer + 3
        #expect(seen["ignored answers-cut-off"] == Array(before - 3...before))
        #expect(seen["note end-cut-off"] == Array(before + 1...all - 1))
        #expect(seen[""] == Array(all...all + 3))
    }

    @Test func anotherTokenizerIsRefused() throws {
        let opt = FilePath(Fixtures.package.appending(path: "Sources/DemoModel/Resources/checkpoint"))
        let error = #expect(throws: FileError.self) { try TrainingLengths(tokenizer: opt, limit: 10) }
        #expect(
            error.map { "\($0)".contains("checkpoint/tokenizer.json: it is not Gemma's") } == true, "\(error as Any)")
        #expect(throws: (any Error).self) { try TrainingLengths(tokenizer: path("none"), limit: 10) }
    }

    @Test func recordsSayWhichRowAndWhy() async throws {
        let (_, findings) = try await check("[\(good("<image>\n?", "a cat")), \(good("<image>\n?", ""))]")
        #expect(
            findings.map { $0.json() } == [
                #"{"row": 1, "id": 7, "kind": "empty-answer", "severity": "ignored", "message": "turn 2 (gpt) is empty: training counts one token more than there is, and ignores the whole row"}"#
            ])
    }

    @Test(arguments: [
        ("", "not a JSON array"), ("{}", "not a JSON array"), ("[]", "it has no rows"), ("[{}", "the array has no end"),
        ("[{}, {\"a\": tru}]", "element 2 (index 1): not JSON: unexpected character at byte 11"),
        ("[{}, {\"a\": \"b]", "element 2 (index 1), which begins at byte 4, is not closed"),
        ("[{},]", "element 2 (index 1): not JSON: unexpected end at byte 4"),
        ("[{}] []", "something follows the end of the array, at byte 5"),
        ("[{} {}]", "element 1 (index 0): not JSON"), ("\u{FEFF}[{}]", "it begins with a byte order mark"),
    ]) func filesThatTrainingCannotReadAreErrors(text: String, cause: String) async throws {
        let error = await #expect(throws: FileError.self) { _ = try await check(text) }
        #expect(error.map { "\($0)".contains(cause) } == true, "\(String(describing: error))")
        #expect(!FileManager.default.fileExists(atPath: folder.path("findings.jsonl")))
    }

    @Test func aFolderThatIsNotThere() async throws {
        let error = await #expect(throws: FileError.self) {
            _ = try await check("[{}]", images: folder.url.appendingPathComponent("none"))
        }
        #expect(error.map { "\($0)".contains("cannot read the folder") } == true, "\(String(describing: error))")
    }

    @Test func findingsReplaceNoImage() async throws {
        try folder.copy(Self.images.appendingPathComponent("good.jpg"), as: "findings.jsonl")
        await #expect(throws: DataSetError.self) {
            _ = try await check("[\(good("<image>", "a cat", image: "findings.jsonl"))]", images: folder.url)
        }
    }

    /// Only whole decoding finds a file that ends early.
    @Test func headersAreReadUnlessPixelsAreAskedFor() async throws {
        for name in ["cut.jpg", "damaged.png"] {
            let row = "[\(good("<image>", "a cat", image: name))]"
            #expect(try await check(row, decodes: false).summary.isFit)
            #expect(try await !check(row, decodes: true).summary.isFit)
        }
    }

    @Test func longHeadersAreRead() async throws {
        let image = try Data(contentsOf: Self.images.appendingPathComponent("good.jpg"))
        let comment: [UInt8] = [0xFF, 0xFE, 0xFF, 0xFF] + [UInt8](repeating: 0x20, count: 0xFFFD)
        try folder.write(Array(image.prefix(2)) + comment + comment + Array(image.dropFirst(2)), as: "long.jpg")
        let summary = try await check(
            "[\(good("<image>", "a cat", image: "long.jpg"))]", images: folder.url, decodes: false
        ).summary
        #expect(summary.groups.isEmpty)
    }

    /// Python writes the bytes of a name that is not UTF-8 as halves of surrogate pairs.
    @Test func namesThatAreNotUTF8() async throws {
        let image = try Array(Data(contentsOf: Self.images.appendingPathComponent("good.jpg")))
        try FileBytes.write(image, to: FilePath(bytes: path("caf").bytes + [0xE9] + Array(".jpg".utf8)))
        func kinds(_ name: String) async throws -> [String] {
            named(
                try await check("[\(good("<image>", "a cat", image: name))]", images: folder.url).findings, row: 0)
        }
        #expect(try await kinds(#"caf\udce9.jpg"#) == [])
        #expect(try await kinds(#"caf\udcea.jpg"#) == ["crash unprintable-image-name"])
        #expect(try await kinds("café.jpg") == ["replaced image-missing"])
    }

    @Test func rowsThatCannotBeReadMayEndTheRun() async throws {
        func kinds(lost: Int, of total: Int) -> [TrainingFinding.Kind] {
            var summary = TrainingCheckSummary(stage: .pretrain)
            for row in 0..<total {
                summary.add(row < lost ? [TrainingFinding(.imageMissing, .replaced, "it is not there")] : [])
            }
            return summary.finish().map(\.kind)
        }
        #expect(kinds(lost: 3, of: 3) == [.retriesRunOut])
        #expect(kinds(lost: 60_000, of: 200_000) == [.retriesRunOut])
        #expect(kinds(lost: 2000, of: 200_000) == [])
        #expect(kinds(lost: 0, of: 200_001) == [.manyRows])
    }
}
