import CaptionerFiles
import Foundation
import SystemPackage

/// Reads an output row by row: lines of JSON, or comma-separated values, of which a row may have several lines.
final class OutputRows {
    struct Row {
        /// The number of its first line, from 1.
        let line: Int
        /// Without the last line break.
        let bytes: [UInt8]
    }

    /// The first line of a table, and how its rows are read.
    private(set) var header: [UInt8]?
    private(set) var csv: ReportCSV?
    private let path: FilePath
    private let reader: LineReader

    /// - Throws: `FileError.unreadableFile`.
    init(path: FilePath) throws {
        self.path = path
        reader = try LineReader(path: path)
    }

    /// The next row; blank lines are none.
    /// - Throws: `FileError.unreadableFile`, `CancellationError`.
    func next() throws -> Row? {
        while let next = try reader.next() {
            if next.isBlank { continue }
            let number = reader.lineCount
            var line = try bytes(next, number)
            if number == 1, line.first != UInt8(ascii: "{") {
                csv = ReportCSV(header: line)
                if csv != nil {
                    header = line
                    continue
                }
            }
            guard csv != nil else { return Row(line: number, bytes: line) }
            var isOpen = ReportCSV.isOpen(line)
            while isOpen, let next = try reader.next() {
                let more = try bytes(next, reader.lineCount)
                if ReportCSV.isOpen(more) { isOpen = false }
                line += [UInt8(ascii: "\n")] + more
                guard line.count <= LineReader.lineLimit else {
                    throw FileError.unreadableFile(
                        path, cause: "line \(number): \(LineTooLong(limit: LineReader.lineLimit))")
                }
            }
            return Row(line: number, bytes: line)
        }
        return nil
    }

    private func bytes(_ line: InputLine, _ number: Int) throws -> [UInt8] {
        do {
            return try line.read()
        } catch {
            throw FileError.unreadableFile(path, cause: "line \(number): \(error)")
        }
    }

    /// Whether the last row is whole.
    var endsWithLineBreak: Bool {
        guard let descriptor = try? path.openedForLines() else { return true }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard let end = try? file.seekToEnd(), end > 0,
            (try? file.seek(toOffset: end - 1)) != nil
        else { return true }
        return (try? file.readToEnd()) == Data("\n".utf8)
    }
}
