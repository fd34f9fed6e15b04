import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets

@Suite struct DuplicateRowTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let pictures = try FileManager.default.contentsOfDirectory(atPath: Fixtures.pictures.path).sorted()
            .filter { $0.hasSuffix(".png") }
        for (name, picture) in [("a", 0), ("copy of a", 0), ("b", 1), ("c", 2)] {
            let file = Fixtures.pictures.appendingPathComponent(pictures[picture])
            try folder.write(Array(Data(contentsOf: file)), as: "in/\(name).png")
        }
    }

    private func selected(_ rows: [String], _ rule: DuplicateRule, minimum: Double? = nil) async throws -> Selected {
        var selection = RowSelection()
        selection.duplicates = rule
        selection.range = ScoreRange(minimum: minimum)
        selection.threadCount = 2
        let text = rows.enumerated().map { #"{"id": \#($0), \#($1)}"# }.joined(separator: "\n")
        return try await Selected(selection, of: folder.write(text, as: "in/rows.jsonl"), in: folder)
    }

    @Test func ofDuplicatesTheBestIsKept() async throws {
        let rows = [
            #""images": ["a.png"], "similarity": 0.3"#, #""images": ["b.png"], "similarity": 0.3"#,
            #""images": ["copy of a.png"], "similarity": 0.4"#, #""image": "a.png", "similarity": 0.4"#,
            #""images": ["a.png", "b.png"], "similarity": 0.9"#, #""images": ["b.png", "a.png"], "similarity": 0.9"#,
            #""images": ["copy of a.png", "b.png"], "similarity": 0.1"#, #""images": []"#, #""images": []"#, #""x": 1"#,
            #""images": ["gone.png"]"#, #""images": ["gone.png"]"#, #""images": "a.png""#, #""images": ["a.png"]"#,
        ]
        for rule in [DuplicateRule.exact, .perceptualHash] {
            let result = try await selected(rows, rule)
            #expect(try result.ids == [1, 2, 4, 5, 7, 8, 9, 10, 11, 12])
            #expect(result.dropped.map { $0["duplicate_of"]?.integer } == [2, 2, 4, 2])
            #expect(result.reasons.allSatisfy { $0 == rule.reason })
            // Two with an image that is not there, one whose field is no list.
            #expect(result.summary.unreadableCount == 3)
        }
        // What is dropped before has no duplicates.
        let late = try await selected([rows[2], rows[0]], .exact, minimum: 0.35)
        #expect(late.reasons == ["score below 0.35"])
    }

    /// Rows that are kept since their images cannot be compared are reported by an image.
    @Test func imagesThatCannotBeComparedAreNamed() async throws {
        try folder.write([], as: "in/empty.png")
        for rule in [DuplicateRule.exact, .perceptualHash] {
            let result = try await selected([#""images": ["a.png"]"#, #""images": ["empty.png"]"#], rule)
            #expect(result.summary.firstUnreadable == "empty.png: the file is empty")
            let error = await #expect(throws: FileError.self) {
                try await selected([#""images": ["empty.png"]"#], rule)
            }
            #expect("\(error as Any)".contains("empty.png: the file is empty; --images names another folder"))
        }
    }

    @Test func exactComparesBytesAndPhashWhatIsSeen() async throws {
        // After the end of a PNG nothing is seen.
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path("in/a.png")))
        try folder.write(Array(bytes) + [0], as: "in/longer.png")
        let rows = [#""images": ["a.png"]"#, #""images": ["longer.png"]"#]
        #expect(try await selected(rows, .exact).dropped.isEmpty)
        #expect(try await selected(rows, .perceptualHash).dropped.count == 1)
    }

    @Test func noReadableImageAtAllIsAnError() async throws {
        let error = await #expect(throws: FileError.self) {
            try await selected([#""images": ["x.png"]"#, #""images": []"#], .exact)
        }
        #expect("\(error as Any)".contains("no image of any row can be read: cannot read"), "\(error as Any)")
    }

    @Test func anImageIsNotReplaced() async throws {
        var selection = RowSelection()
        selection.duplicates = .exact
        let rows = try folder.write(#"{"images": ["a.png"]}"#, as: "in/rows.jsonl")
        await #expect(throws: DataSetError.self) {
            try await selection(
                FilePath(rows.path), to: FilePath(folder.path("in/a.png")), dropped: FilePath(folder.path("d"))
            ) { _, _ in }
        }
    }
}
