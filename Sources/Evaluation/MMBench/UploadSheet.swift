import CaptionerFiles
import CaptionerJSON
import Foundation

extension MMBenchBenchmark {
    /// What is left out of the sheet.
    private static let droppedColumns: Set<ExactString> = [
        "hint", "category", "source", "image", "comment", "l2-category",
    ]
    /// Before which of the columns that are left the answers are inserted.
    private static let predictionPlace = 6

    /// The Excel file that is uploaded, as the challenge's `convert_mmbench_for_submission.py` makes it: the table
    /// without some columns, and with a column `prediction`.
    ///
    /// The same answers give the same bytes. Characters that no such file can hold are left out, a CR is an LF, and texts
    /// end at Excel's limit.
    /// - Returns: the file, and notes about it.
    /// - Throws: `FileError.unreadableFile` for a cell that is not UTF-8; `CancellationError`.
    package func uploadSheet(_ matched: MatchedAnswers) throws -> (bytes: [UInt8], notes: [String]) {
        let sheet = try sheet(matched)
        let shortened = sheet.rows.joined().count(where: \.isShortened)
        return (
            try sheet.xlsx(named: "Sheet1"),
            shortened == 0
                ? [] : ["\(shortened) cells of the sheet were shortened to \(Spreadsheet.textLimit) characters"]
        )
    }

    func sheet(_ matched: MatchedAnswers) throws -> Spreadsheet {
        let columns = table.columns.indices.filter { !Self.droppedColumns.contains(ExactString(table.columns[$0])) }
        let place = min(Self.predictionPlace, columns.count)
        var header = columns.map { Spreadsheet.Cell(table.columns[$0]) }
        header.insert(Spreadsheet.Cell("prediction"), at: place)
        var sheet = Spreadsheet(rows: [header])
        for (number, question) in questions.enumerated() {
            try Task.checkCancellation()
            var cells = try columns.map { column -> Spreadsheet.Cell in
                if table.columns[column].hasSameBytes(as: "index") { return .number(question.id.integer ?? 0) }
                return Spreadsheet.Cell(try table.text(number, column) ?? "")
            }
            cells.insert(Spreadsheet.Cell(matched.answers[number]?.record.text ?? ""), at: place)
            sheet.rows.append(cells)
        }
        return sheet
    }
}
