import CaptionerDataSets
import CaptionerFiles
import CaptionerJSON
import SystemPackage

/// Reads the rows of an output: records of images, samples of a data set, or comma-separated values.
struct ReportRowReader {
    /// The first rows, as many as were asked for.
    private(set) var rows: [ReportRow] = []
    /// All that there are.
    private(set) var count = 0
    /// What the reader should know, such as that the last line is cut off.
    private(set) var notes: [String] = []

    /// - Parameters:
    ///   - holdsSamples: whether the output is known to hold samples of a data set.
    ///   - visit: receives each row that is whole, shown or not, and the number of its first line, from 1.
    /// - Throws: `FileError.unreadableFile`, with the line that is no row of an output.
    init(
        path: FilePath, fields: DataSetFields, holdsSamples: Bool = false, limit: Int,
        visit: (OutputRows.Row) throws -> Void = { _ in }
    ) throws {
        let output = try OutputRows(path: path)
        while let next = try output.next() {
            guard rows.count < limit else {
                count += 1
                try visit(next)
                continue
            }
            do {
                var row = try Self.row(next.bytes, output.csv, fields, holdsSamples: holdsSamples)
                row.line = next.line
                rows.append(row)
                count += 1
            } catch {
                // A run that is still running, or that was killed, may have written half a line.
                guard try output.next() == nil, !output.endsWithLineBreak, count > 0 else {
                    throw FileError.unreadableFile(path, cause: "line \(next.line): \(error)")
                }
                notes.append("the last line of \(path.escaped) is cut off and was left out")
                continue
            }
            try visit(next)
        }
        if output.csv == nil, count == 0 { notes.append("\(path.escaped) has no rows") }
    }

    private static func row(
        _ line: [UInt8], _ csv: ReportCSV?, _ fields: DataSetFields, holdsSamples: Bool
    ) throws -> ReportRow {
        guard let csv else {
            let value = try JSONParser.parse(line, .row)
            guard let row = ReportRow(value, fields: fields, isSample: holdsSamples) else { throw NotARow.object }
            return row
        }
        guard let row = csv.row(line) else { throw NotARow.fieldCount }
        return row
    }

    private enum NotARow: Error, CustomStringConvertible {
        case object
        case fieldCount

        var description: String {
            switch self {
            case .object: "neither a record of captions nor a sample of a data set"
            case .fieldCount: "not as many fields as the first line has"
            }
        }
    }
}
