import CaptionerFiles
import SystemPackage

/// The rows of an output that is to be made again but for the items with errors.
final class EarlierRows {
    private let rows: RowReader
    private let errors: ErrorRecordReader
    private let format: any RowFormat
    private let path: FilePath
    private var rowCount = 0

    /// - Throws: `RecaptionError.unreadableFile`.
    init(_ files: RunFiles, format: any RowFormat) throws {
        rows = try RowReader(path: files.output, hasQuotedLineBreaks: format.hasQuotedLineBreaks)
        errors = try ErrorRecordReader(path: files.errors)
        self.format = format
        path = files.output
        if !format.header.isEmpty { _ = try rows.next() }
    }

    /// The rows of an item, nil for one that had errors or was not reached. Items are asked for in order, and none is
    /// left out.
    /// - Throws: `RecaptionError.foreignOutput` when a row is not the item's; `.unreadableFile`.
    func rows(of item: RunItem) throws -> ItemRows? {
        let hasErrors = try !errors.records(of: item.index).isEmpty
        var result = ItemRows()
        for number in 0..<format.rowCount(of: item, hasErrors: hasErrors) {
            guard let row = try rows.next() else { return nil }
            rowCount += 1
            guard format.accepts(row, as: number, of: item, hasErrors: hasErrors) else {
                throw RecaptionError.foreignOutput(path: path.escaped, row: rowCount, item: item.name)
            }
            result.rows.append(String(decoding: row, as: UTF8.self))
        }
        return hasErrors ? nil : result
    }

    /// To be called behind the last item.
    /// - Throws: `RecaptionError.longerOutput` when there are rows that nobody asked for; `.unreadableFile`.
    func checkThatNoneIsLeft(_ itemCount: Int) throws {
        if try rows.next() != nil { throw RecaptionError.longerOutput(path: path.escaped, itemCount: itemCount) }
    }
}
