import CaptionerDataSets
import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerReport

@Suite(.timeLimit(.minutes(5))) struct ReviewTests {
    private let folder: TemporaryFolder
    private let output: FilePath

    init() throws {
        folder = try TemporaryFolder()
        output = FilePath(folder.path("out.jsonl"))
        let lines = (1...4).map {
            #"{"image": "\#($0).png", "caption": "caption \#($0)", "log_probability": -1}"# + "\n"
        }
        try folder.write(lines.joined(), as: "out.jsonl")
    }

    private func opened() async throws -> Review {
        var report = Report(output: output)
        report.thumbnailSize = 0
        return try await Review.opened(report)
    }

    /// The version and the decision of rows by line.
    private func rows(_ json: JSONValue) -> [Int: String] {
        let rows = (json["rows"]?.elements ?? []).compactMap { row -> (Int, String)? in
            guard let line = row["line"]?.size, let version = row["version"]?.size else { return nil }
            let captions = row["captions"]?.elements?.compactMap(\.text).joined(separator: "|")
            return (line, "\(version) \(row["decision"]?.text ?? "") \(captions ?? "")".strippingWhitespace())
        }
        return Dictionary(rows) { first, _ in first }
    }

    private func change(_ line: Int, _ version: Int, _ text: String) -> Review.Request {
        .init(line: line, version: version, review: RowReview(.changed, captions: [text]))
    }

    @Test func decisionsSurviveTheProgram() async throws {
        do {
            let review = try await opened()
            let saved = try await review.save(
                [change(2, 0, "new"), .init(line: 3, version: 0, review: RowReview(.rejected))], window: "w")
            #expect(rows(saved) == [2: "1 changed new", 3: "1 rejected"])
        }
        let review = try await opened()
        #expect(rows(await review.rows(since: 0)) == [2: "1 changed new", 3: "1 rejected"])
        // A later review undoes what was done before.
        #expect(rows(try await review.undo(window: "other")) == [2: "2 open", 3: "2 open"])
        await #expect(throws: ReviewError.self) { try await review.undo(window: "other") }
        #expect(rows(await review.rows(since: 1)) == [2: "2 open", 3: "2 open"])
        #expect(rows(await review.rows(since: 2)) == [:])
    }

    @Test func aWindowReplacesOnlyWhatItHasSeen() async throws {
        let review = try await opened()
        _ = try await review.save([change(1, 0, "first")], window: "a")
        let error = await #expect(throws: ReviewError.self) {
            // All of it or nothing.
            try await review.save([change(2, 0, "x"), change(1, 0, "second")], window: "b")
        }
        guard case .conflict(let now) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(rows(now) == [1: "1 changed first"])
        #expect(rows(await review.rows(since: 0)) == [1: "1 changed first"])
        _ = try await review.save([change(1, 1, "second")], window: "b")
        // What the other window did since is not undone along, and what was undone is no change of an earlier review.
        await #expect(throws: ReviewError.self) { try await review.undo(window: "a") }
        #expect(rows(try await review.undo(window: "b")) == [1: "3 changed first"])
        #expect(rows(try await review.undo(window: "a")) == [1: "4 open"])
    }

    @Test func whatCannotBeSavedIsRefused() async throws {
        let review = try await opened()
        for requests in [
            [], [change(9, 0, "x")], [change(1, 0, "x"), change(1, 0, "y")], [change(1, 0, " ")],
            [.init(line: 1, version: 0, review: RowReview(.changed, captions: ["a", "b"]))],
        ] {
            await #expect(throws: ReviewError.self) { try await review.save(requests, window: "w") }
        }
        #expect(rows(await review.rows(since: 0)) == [:])
        await review.finish()
        #expect(!RunFiles(output: output).review.exists)
    }

    @Test func oneProcessReviews() async throws {
        let review = try await opened()
        let error = await #expect(throws: FileError.self) { try await opened() }
        #expect("\(try #require(error))".contains("another review is writing to it"))
        await review.finish()
    }

    @Test func aLineThatWasCutOffIsNone() async throws {
        let path = RunFiles(output: output).review
        do {
            let review = try await opened()
            _ = try await review.save([change(1, 0, "x")], window: "w")
            _ = try await review.save([change(2, 0, "y")], window: "w")
        }
        let bytes = try FileBytes.of(path)
        try folder.write(Array(bytes.dropLast(7)), as: "out.jsonl.review.jsonl")
        do {
            let review = try await opened()
            #expect(rows(await review.rows(since: 0)) == [1: "1 changed x"])
            _ = try await review.save([change(2, 0, "z")], window: "w")
        }
        let review = try await opened()
        #expect(rows(await review.rows(since: 0)) == [1: "1 changed x", 2: "2 changed z"])
    }

    /// Editors take the last line break away.
    @Test func aWholeLineWithoutLineBreakIsOne() async throws {
        do {
            let review = try await opened()
            _ = try await review.save([change(1, 0, "x")], window: "w")
        }
        let journal = try folder.text("out.jsonl.review.jsonl")
        try folder.write(String(journal.dropLast()), as: "out.jsonl.review.jsonl")
        do {
            let review = try await opened()
            _ = try await review.save([change(2, 0, "y")], window: "w")
        }
        let review = try await opened()
        #expect(rows(await review.rows(since: 0)) == [1: "1 changed x", 2: "2 changed y"])
    }

    @Test(arguments: [
        ("{\"change\": 1}\n", "line 1: no change of a review"),
        (#"{"change": 9223372036854775807, "undo": 1}"# + "\n", "line 1: no change of a review"),
        ("notes of mine", "it is no file of a review"),
    ])
    func damageIsNamed(_ contents: String, _ cause: String) async throws {
        try folder.write(contents, as: "out.jsonl.review.jsonl")
        let error = await #expect(throws: FileError.self) { try await opened() }
        #expect("\(try #require(error))".contains(cause))
        #expect(try folder.text("out.jsonl.review.jsonl") == contents)
    }

    @Test func aReviewThatCannotBeginLeavesNothing() async throws {
        try folder.write("neither", as: "out.jsonl")
        await #expect(throws: FileError.self) { try await opened() }
        #expect(!RunFiles(output: output).review.exists)
    }

    /// A row that stays in its place keeps what was decided of it, whatever becomes of rows like it.
    @Test func decisionsOfRowsThatAreAlikeStayApart() async throws {
        let (a, b) = (#"{"image": "a", "caption": "x"}"#, #"{"image": "b", "caption": "y"}"#)
        try folder.write("\(a)\n\(a)\n\(b)\n", as: "out.jsonl")
        do {
            let review = try await opened()
            _ = try await review.save(
                [change(1, 0, "mine"), .init(line: 2, version: 0, review: RowReview(.rejected))], window: "w")
        }
        try folder.write("\(a)\n\(b)\n", as: "out.jsonl")
        let review = try await opened()
        #expect(rows(await review.rows(since: 0)) == [1: "1 changed mine"])
        #expect(review.notes.contains { $0.hasPrefix("1 decision is") })
        #expect(try await review.mergeRows().written == 2)
        #expect(try folder.text("out.reviewed.jsonl") == "\(a.replacing("x", with: "mine"))\n\(b)\n")
    }

    @Test func aRejectedRowKeepsItsEdit() async throws {
        let review = try await opened()
        _ = try await review.save([change(1, 0, "x")], window: "w")
        let rejected = RowReview(.rejected, captions: ["x"])
        let saved = try await review.save([.init(line: 1, version: 1, review: rejected)], window: "w")
        #expect(rows(saved) == [1: "2 rejected x"])
        #expect(try await review.mergeRows().rejected == 1)
    }

    @Test func decisionsFollowTheirRows() async throws {
        do {
            let review = try await opened()
            _ = try await review.save([change(4, 0, "x"), change(1, 0, "gone")], window: "w")
        }
        // The first row is gone, and the others have moved.
        let lines = try folder.text("out.jsonl").split(separator: "\n").dropFirst()
        try folder.write(lines.joined(separator: "\n") + "\n", as: "out.jsonl")
        let review = try await opened()
        #expect(rows(await review.rows(since: 0)) == [3: "1 changed x"])
        #expect(review.notes.contains { $0.hasPrefix("1 decision is of rows that the output no longer has") })
        #expect(try await review.mergeRows().changed == 1)
    }

    @Test func rowsAreMerged() async throws {
        let old = try folder.text("out.jsonl").split(separator: "\n")
        let review = try await opened()
        _ = try await review.save(
            [
                change(2, 0, "new"), .init(line: 3, version: 0, review: RowReview(.rejected)),
                .init(line: 4, version: 0, review: RowReview(.accepted)),
            ], window: "w")
        let summary = try await review.mergeRows()
        #expect(summary.written == 3 && summary.changed == 1 && summary.rejected == 1 && summary.remarkCount == 0)
        let edited = #"{"image": "2.png", "caption": "new", "log_probability": null}"#
        #expect(try folder.text("out.reviewed.jsonl") == "\(old[0])\n\(edited)\n\(old[3])\n")
        // It is made again as long as it is unchanged.
        #expect(try await review.mergeRows(decidedOnly: true).written == 2)
        #expect(try folder.text("out.reviewed.jsonl") == "\(edited)\n\(old[3])\n")
        try folder.write("mine", as: "out.reviewed.jsonl")
        await #expect(throws: FileError.self) { try await review.mergeRows() }
        #expect(try folder.text("out.reviewed.jsonl") == "mine")
        await #expect(throws: DataSetError.self) { try await review.mergeRows(into: output, overwrites: true) }
        #expect(try await review.mergeRows(overwrites: true).written == 3)
        #expect(try folder.text("out.jsonl").split(separator: "\n") == old)
    }

    @Test func tablesAreMerged() async throws {
        let table = FilePath(folder.path("t.csv"))
        try folder.write("id,image,caption,note\n,1.png,\"a\nb\",\n,2.png,c,\n", as: "t.csv")
        var report = Report(output: table)
        report.thumbnailSize = 0
        let review = try await Review.opened(report)
        // The second row begins in the fourth line.
        _ = try await review.save([change(4, 0, "x, y")], window: "w")
        _ = try await review.mergeRows()
        #expect(try folder.text("t.reviewed.csv") == "id,image,caption,note\n,1.png,\"a\nb\",\n,2.png,\"x, y\",\n")
    }

    @Test func aTableThatIsCutOffLosesItsLastRow() async throws {
        let table = FilePath(folder.path("t.csv"))
        try folder.write("image,caption\na.png,x\nb.png,\"half", as: "t.csv")
        var report = Report(output: table)
        report.thumbnailSize = 0
        _ = try await Review.opened(report).mergeRows()
        #expect(try folder.text("t.reviewed.csv") == "image,caption\na.png,x\n")
    }

    @Test func whatWasMergedEmptyIsNoLeaveToReplace() async throws {
        let review = try await opened()
        #expect(try await review.mergeRows(decidedOnly: true).written == 0)
        try folder.write("mine", as: "out.reviewed.jsonl")
        await #expect(throws: FileError.self) { try await review.mergeRows() }
    }

    @Test func textsAreMerged() async throws {
        for number in 1...4 { try folder.write("", as: "\(number).png") }
        for number in 1...4 { try folder.write("caption \(number)\n", as: "\(number).txt") }
        try folder.write("of someone else", as: "4.txt")
        let review = try await opened()
        _ = try await review.save(
            [
                change(2, 0, "new"), .init(line: 3, version: 0, review: RowReview(.rejected)), change(4, 0, "new"),
            ], window: "w")
        let summary = try await review.mergeSidecars()
        #expect(summary.written == 1 && summary.rejected == 1 && summary.remarkCount == 1)
        #expect(summary.remarks.first?.contains("it says something else") == true)
        #expect(try folder.text("1.txt") == "caption 1\n" && folder.text("2.txt") == "new\n")
        #expect(try folder.text("4.txt") == "of someone else")
        #expect(!FileManager.default.fileExists(atPath: folder.path("3.txt")))
        // Of the caption that it was given first, too.
        _ = try await review.save([change(2, 1, "newer")], window: "w")
        _ = try await review.mergeSidecars()
        #expect(try folder.text("2.txt") == "newer\n")
        // A row that is undecided again has its own caption.
        _ = try await review.save([.init(line: 2, version: 2, review: RowReview(.open))], window: "w")
        _ = try await review.mergeSidecars()
        #expect(try folder.text("2.txt") == "caption 2\n")
        // No text comes beside an image that is not there.
        try FileManager.default.removeItem(atPath: folder.path("1.png"))
        try FileManager.default.removeItem(atPath: folder.path("1.txt"))
        _ = try await review.save([.init(line: 1, version: 0, review: RowReview(.accepted))], window: "w")
        #expect(try await review.mergeSidecars().remarks.contains { $0.contains("its image is not there") })
        #expect(!FileManager.default.fileExists(atPath: folder.path("1.txt")))
    }

    @Test func thePageKnowsItsRowsAndLoadsNothingFromElsewhere() async throws {
        let html = String(decoding: try await opened().html(token: "<t>"), as: UTF8.self)
        #expect(html.contains(#""token": "\u003ct\u003e""#) && html.contains("connect-src 'self'"))
        #expect(html.contains(#""line": 3, "editable": ["caption 3"]"#))
        #expect(try await !String(decoding: Report(output: output)().html, as: UTF8.self).contains("connect-src"))
    }
}
