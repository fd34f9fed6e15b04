import CaptionerDataSets
import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage

/// Reads the rows of an output: records of images, samples of a data set, or comma-separated values.
struct ReportRowReader {
    /// The first rows, as many as were asked for.
    private(set) var rows: [ReportRow] = []
    /// All that there are.
    private(set) var count = 0
    /// What the reader should know, such as that the last line is cut off.
    private(set) var notes: [String] = []

    /// - Parameter holdsSamples: whether the output is known to hold samples of a data set.
    /// - Throws: `FileError.unreadableFile`, with the line that is no row of an output.
    init(path: FilePath, fields: DataSetFields, holdsSamples: Bool = false, limit: Int) throws {
        let reader = try LineReader(path: path)
        var csv: ReportCSV?
        while let next = try reader.next() {
            if next.isBlank { continue }
            let number = reader.lineCount
            var line = try Self.bytes(next, number, path)
            if number == 1, line.first != UInt8(ascii: "{") {
                csv = ReportCSV(header: line)
                if csv != nil { continue }
            }
            if csv != nil {
                var isOpen = ReportCSV.isOpen(line)
                while isOpen, let next = try reader.next() {
                    let more = try Self.bytes(next, reader.lineCount, path)
                    if ReportCSV.isOpen(more) { isOpen = false }
                    line += [UInt8(ascii: "\n")] + more
                    guard line.count <= LineReader.lineLimit else {
                        throw FileError.unreadableFile(
                            path, cause: "line \(number): \(LineTooLong(limit: LineReader.lineLimit))")
                    }
                }
            }
            guard rows.count < limit else {
                count += 1
                continue
            }
            do {
                rows.append(try Self.row(line, csv, fields, holdsSamples: holdsSamples))
                count += 1
            } catch {
                // A run that is still running, or that was killed, may have written half a line.
                guard try reader.next() == nil, !Self.endsWithLineBreak(path), count > 0 else {
                    throw FileError.unreadableFile(path, cause: "line \(number): \(error)")
                }
                notes.append("the last line of \(path.escaped) is cut off and was left out")
            }
        }
        if csv == nil, count == 0 { notes.append("\(path.escaped) has no rows") }
    }

    private static func bytes(_ line: InputLine, _ number: Int, _ path: FilePath) throws -> [UInt8] {
        do {
            return try line.read()
        } catch {
            throw FileError.unreadableFile(path, cause: "line \(number): \(error)")
        }
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

    private static func endsWithLineBreak(_ path: FilePath) -> Bool {
        guard let descriptor = try? path.openedForLines() else { return true }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard let end = try? file.seekToEnd(), end > 0,
            (try? file.seek(toOffset: end - 1)) != nil
        else { return true }
        return (try? file.readToEnd()) == Data("\n".utf8)
    }
}
