import CaptionerDataSets
import CaptionerFiles
import SystemPackage

/// What is read when a review begins: the output, and what was decided of it before.
struct ReviewContents {
    var keys = RowKeys()
    var state = ReviewState()
    var report: Report.Content
    /// By line, the rows that the page shows.
    var editable: [Int: Result<EditableRow, RowEditError>] = [:]

    /// - Parameters:
    ///   - changes: of earlier reviews.
    ///   - journal: where these are.
    /// - Throws: as `Report` does.
    init(
        _ report: Report, _ changes: [ReviewJournal.Entry], _ journal: FilePath, progress: (Double) -> Void
    ) async throws {
        var keys = RowKeys()
        var lines: [OutputRows.Row] = []
        self.report = try await report.content(
            visit: { row in
                keys.add(RowKey(row))
                if lines.count < report.limit { lines.append(row) }
            }, progress: progress)
        let output = try OutputRows(path: report.output)
        _ = try output.next()
        let editor = RowEditor(output, self.report)
        for row in lines {
            editable[row.line] = Result { () throws(RowEditError) in try editor.editable(row) }
        }
        let current = keys.current(Set(changes.flatMap(\.keys)))
        for change in changes {
            switch change {
            case .save(let rows, let number):
                let rows = rows.map { (key: current[$0.key] ?? $0.key, review: $0.review) }
                state.apply(rows, number: number, window: nil)
            case .undo(let change, let number): state.undo(change, number: number)
            }
        }
        self.keys = keys
        let lost = state.decidedRows.count { keys.byLine[$0.line] != $0 }
        guard lost > 0 else { return }
        let decisions = lost == 1 ? "1 decision is" : "\(lost) decisions are"
        self.report.page.add(
            note: "\(decisions) of rows that the output no longer has; \(journal.escaped) keeps them")
    }
}
