import CaptionerDataSets
import CaptionerFiles
import CaptionerJSON

/// Reads rows of an output for what can be edited in them.
struct RowEditor {
    /// The first line of a table, and how its rows are read.
    private let header: [UInt8]?
    private let csv: ReportCSV?
    private let fields: DataSetFields
    private let holdsSamples: Bool

    /// - Parameter rows: of which the first was read.
    init(_ rows: OutputRows, _ content: Report.Content) {
        header = rows.header
        csv = rows.csv
        fields = content.fields
        holdsSamples = content.holdsSamples
    }

    func editable(_ row: OutputRows.Row) throws(RowEditError) -> EditableRow {
        if let header { return try EditableRow(csv: row.bytes, header: header) }
        return try EditableRow(line: row.bytes, fields: fields, holdsSamples: holdsSamples)
    }

    /// The image that a row's captions are those of.
    /// - Throws: `RowEditError.fixed` if there is none, or there are several.
    func image(of row: OutputRows.Row) throws(RowEditError) -> String {
        let value = csv == nil ? try? JSONParser.parse(row.bytes, .row) : nil
        let read = csv?.row(row.bytes) ?? value.flatMap { ReportRow($0, fields: fields, isSample: holdsSamples) }
        guard let images = read?.images, images.count == 1 else { throw .fixed("it is not a row of one image") }
        return images[0]
    }
}
