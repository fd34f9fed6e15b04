import CaptionerDataSets
import CaptionerFiles
package import CaptionerJSON
package import Foundation
package import SystemPackage

/// A review of an output: its page, and what is decided of its rows.
///
/// Decisions are in a file beside the output, which itself stays as it is. One process at a time reviews an output; several
/// windows of a browser may, and none replaces what it has not seen.
package actor Review {
    /// Those of the page.
    package nonisolated let notes: [String]
    private nonisolated let content: Report.Content
    private let report: Report
    /// Rows that the page shows, by line.
    private let rows: [Int: ReportRow]
    private let keys: RowKeys
    private nonisolated let editable: [Int: Result<EditableRow, RowEditError>]
    private var isMerging = false
    private var journal: ReviewJournal
    private var state = ReviewState()

    /// A review of an output, with what was decided of it before.
    /// - Parameter progress: receives the share of the thumbnails that is done.
    /// - Throws: as `Report` does; `FileError.unwritableOutput` when another review has the output.
    package static func opened(_ report: Report, progress: (Double) -> Void = { _ in }) async throws -> Review {
        var changes: [ReviewJournal.Entry] = []
        let path = RunFiles(output: report.output).review
        // A second review ends before it reads everything.
        let journal = try ReviewJournal(path: path) { changes.append($0) }
        do {
            return Review(report, try await ReviewContents(report, changes, path, progress: progress), journal)
        } catch {
            ReviewJournal.removeIfEmpty(path)
            throw error
        }
    }

    private init(
        _ report: Report, _ contents: ReviewContents, _ journal: sending ReviewJournal
    ) {
        content = contents.report
        notes = content.page.notes
        self.report = report
        keys = contents.keys
        state = contents.state
        self.journal = journal
        editable = contents.editable
        rows = Dictionary(content.page.rows.filter { $0.line > 0 }.map { ($0.line, $0) }) { first, _ in first }
    }

    /// The file with the decisions.
    package var path: FilePath { journal.path }

    /// The page as UTF-8.
    /// - Parameter token: what its requests have to bear.
    package nonisolated func html(token: String) -> Data {
        var page = content.page
        page.review = ReportPage.Review(
            token: token,
            captions: editable.mapValues { $0.map(\.captions) })
        return page.html
    }

    // MARK: Decisions

    /// What became of rows, for a window that knows what was so at a change.
    /// - Returns: `{"last": N, "rows": [{"line", "version", "decision", "captions"}]}`.
    package func rows(since number: Int) -> JSONValue { json(state.rows(since: number)) }

    private func json(_ keys: [RowKey]) -> JSONValue {
        let rows = keys.filter { self.keys.byLine[$0.line] == $0 }.sorted { $0.line < $1.line }.map { key in
            JSONValue.object(
                [JSONMember("line", .integer(key.line)), JSONMember("version", .integer(state.version(of: key)))]
                    + state[key].members)
        }
        return .object([JSONMember("last", .integer(state.last)), JSONMember("rows", .array(rows))])
    }

    /// What is decided of a row by a window that has seen a version of it.
    package struct Request: Sendable {
        package var line: Int
        package var version: Int
        package var review: RowReview

        package init(line: Int, version: Int, review: RowReview) {
            (self.line, self.version, self.review) = (line, version, review)
        }
    }

    /// Saves decisions, all of them or none.
    /// - Returns: the rows as ``rows(since:)`` has them.
    /// - Throws: `ReviewError`; `FileError` when the disk is full.
    package func save(_ requests: [Request], window: String) throws -> JSONValue {
        var changes: [(key: RowKey, review: RowReview, image: String?)] = []
        var seen: Set<Int> = []
        for request in requests {
            guard let key = keys.byLine[request.line], seen.insert(request.line).inserted else {
                throw ReviewError.invalid("there is no row of line \(request.line), or it is there twice")
            }
            if let captions = request.review.captions {
                do throws(RowEditError) {
                    guard let row = editable[request.line] else { throw .fixed("the page does not show it") }
                    try row.get().check(captions)
                } catch {
                    throw ReviewError.invalid("line \(request.line): \(error)")
                }
            }
            changes.append((key, request.review, rows[request.line]?.images.first?.pictureName))
        }
        guard !changes.isEmpty else { throw ReviewError.invalid("there is nothing to save") }
        let conflicts = zip(requests, changes).filter { state.version(of: $1.key) != $0.version }.map(\.1.key)
        guard conflicts.isEmpty else { throw ReviewError.conflict(json(conflicts)) }
        let number = try journal.save(changes, window: window)
        state.apply(changes.map { ($0.key, $0.review) }, number: number, window: window)
        return json(changes.map(\.key))
    }

    /// Takes back a window's last change; if it has made none, the last one of an earlier session.
    /// - Returns: the rows as ``rows(since:)`` has them.
    /// - Throws: `ReviewError`; `FileError` when the disk is full.
    package func undo(window: String) throws -> JSONValue {
        guard let change = state.undoable(by: window) else { throw ReviewError.nothingToUndo }
        let later = state.rowsChanged(after: change)
        guard later.isEmpty else { throw ReviewError.conflict(json(later)) }
        let number = try journal.undo(change, window: window)
        state.undo(change, number: number)
        return json(state.rows(since: number - 1))
    }

    // MARK: What comes of them

    /// Writes the output's rows with the decisions: accepted rows and those of which nothing was decided as they are, changed
    /// rows with their captions; rejected rows are left out.
    /// - Parameters:
    ///   - path: nil for `captions.reviewed.jsonl` beside `captions.jsonl`.
    ///   - decidedOnly: whether rows of which nothing was decided are left out, too.
    ///   - overwrites: whether a file may be replaced that was not made so.
    /// - Throws: `FileError`.
    package func mergeRows(
        into path: FilePath? = nil, decidedOnly: Bool = false, overwrites: Bool = false
    ) async throws -> ReviewSummary {
        let path = path ?? ReviewMerge.standardPath(of: report.output)
        var (summary, prefix) = try await merging { [made = journal.merged[path.absolute]] merge in
            try merge.check(path, made: made, overwrites: overwrites)
            return try merge.rows(into: path, decidedOnly: decidedOnly)
        }
        do {
            try journal.note(prefix, of: path.absolute)
        } catch {
            summary.add(remark: "\(error); so the next merge will not replace \(path.escaped)")
        }
        return summary
    }

    /// Merges what is decided now, beside the actor, which saves meanwhile.
    private func merging<Result: Sendable>(
        _ body: @escaping @Sendable (ReviewMerge) throws -> Result
    ) async throws -> Result {
        guard !isMerging else { throw ReviewError.invalid("decisions are being merged already") }
        isMerging = true
        defer { isMerging = false }
        return try await Self.run(ReviewMerge(state: state, content: content, output: report.output), body)
    }

    @concurrent private static func run<Result: Sendable>(
        _ merge: ReviewMerge, _ body: @Sendable (ReviewMerge) throws -> Result
    ) async throws -> Result {
        try body(merge)
    }

    /// Writes the captions of accepted and changed rows beside their images, and removes the texts of rejected ones.
    /// - Throws: `FileError`.
    package func mergeSidecars() async throws -> ReviewSummary { try await merging { try $0.sidecars() } }

    /// A larger picture of a row than its thumbnail, as JPEG; nil if there is none.
    package func picture(line: Int, place: Int) async -> Data? {
        guard let images = rows[line]?.images, images.indices.contains(place) else { return nil }
        return await Self.large(content.finder.picture(images[place]))
    }

    /// Decoded beside the actor, which saves meanwhile.
    @concurrent private static func large(_ picture: any PictureSource) async -> Data? {
        ReportThumbnail.large(of: picture)
    }

    /// Ends it: a file of decisions that has none is removed.
    package func finish() { ReviewJournal.removeIfEmpty(journal.path) }
}
