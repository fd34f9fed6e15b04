import CaptionerFiles
import SystemPackage

/// Reads the rows of a table of comma-separated or tab-separated values, as Python's `csv` does.
///
/// A cell that begins with a quotation mark ends at the next, two of them standing for one, and may hold separators and line
/// breaks; a quotation mark within a cell is one. Lines end with LF or CR LF, and empty ones are none.
final class TableReader {
    /// A row, or why it is none.
    enum Row {
        case cells([[UInt8]])
        case tooLong(limit: Int)
    }

    private let lines: LineReader
    private let path: FilePath
    private let separator: UInt8
    /// The line that the last row began in, from 1.
    private(set) var line = 0

    /// - Throws: `FileError.unreadableFile`.
    init(_ path: FilePath, separator: UInt8) throws {
        lines = try LineReader(path: path)
        self.path = path
        self.separator = separator
    }

    /// The next row; nil after the last.
    /// - Throws: `FileError.unreadableFile`, also for a quotation that does not end; `CancellationError`.
    func next() throws -> Row? {
        while let first = try lines.next() {
            line = lines.lineCount
            guard case .bytes(var bytes) = first else { return .tooLong(limit: LineReader.lineLimit) }
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
            if bytes.isEmpty { continue }
            var parser = CellParser(separator: separator)
            parser.add(bytes)
            while parser.isQuoted {
                guard let next = try lines.next() else {
                    throw FileError.unreadableFile(
                        path, cause: "line \(line): a quotation mark begins a cell that does not end")
                }
                guard case .bytes(var bytes) = next, parser.byteCount + bytes.count <= LineReader.lineLimit else {
                    throw FileError.unreadableFile(
                        path, cause: "line \(line): a cell is longer than \(LineReader.lineLimit) bytes")
                }
                parser.add([UInt8(ascii: "\n")])
                if bytes.last == UInt8(ascii: "\r"), !parser.isOpen(after: bytes) { bytes.removeLast() }
                parser.add(bytes)
            }
            return .cells(parser.cells)
        }
        return nil
    }
}

/// Cuts a row into cells.
struct CellParser {
    private let separator: UInt8
    private(set) var cells: [[UInt8]] = [[]]
    private(set) var byteCount = 0
    /// Whether the row ends within a quotation.
    private(set) var isQuoted = false
    private var isAtStart = true
    private var isBehindQuote = false

    init(separator: UInt8) { self.separator = separator }

    mutating func add(_ bytes: [UInt8]) {
        byteCount += bytes.count
        for byte in bytes {
            if isQuoted {
                if byte == UInt8(ascii: "\"") {
                    (isQuoted, isBehindQuote) = (false, true)
                } else {
                    cells[cells.count - 1].append(byte)
                }
            } else if byte == separator {
                cells.append([])
                (isAtStart, isBehindQuote) = (true, false)
            } else if byte == UInt8(ascii: "\""), isAtStart || isBehindQuote {
                // The second of two quotation marks means itself.
                if isBehindQuote { cells[cells.count - 1].append(byte) }
                (isQuoted, isAtStart, isBehindQuote) = (true, false, false)
            } else {
                cells[cells.count - 1].append(byte)
                (isAtStart, isBehindQuote) = (false, false)
            }
        }
    }

    /// Whether a quotation would still be open after more bytes.
    func isOpen(after bytes: [UInt8]) -> Bool {
        var copy = self
        copy.add(bytes)
        return copy.isQuoted
    }
}
