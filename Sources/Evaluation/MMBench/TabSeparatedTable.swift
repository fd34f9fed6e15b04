import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage

/// A table in a text file, read as pandas' `read_table` reads it, but for this: every cell is a text, and no row may
/// have more cells than there are columns, which pandas allows the first.
///
/// Cells are separated by tabs. One that begins with a quotation mark ends at the next, two of them standing for one,
/// and may hold tabs and line breaks; a quotation mark within a cell is one. Lines end with LF, CR LF or CR; empty ones
/// and those of blanks alone are none. Rows that are too short are filled up.
struct TabSeparatedTable {
    let path: FilePath
    /// Names of columns. One without a name is called as pandas calls it, `Unnamed: 3`.
    let columns: [String]
    /// The bytes of the file that each cell takes, quotation marks included.
    private let rows: [[Range<Int>]]
    /// Mapped: images make these files large.
    private let bytes: Data

    var rowCount: Int { rows.count }

    /// - Throws: `FileError.unreadableFile`.
    init(_ path: FilePath) throws {
        self.path = path
        do {
            bytes = try FileBytes.mapped(path)
        } catch {
            throw FileError.unreadableFile(path, code: error.rawValue)
        }
        var cutter = CellCutter(start: bytes.withoutByteOrderMark.startIndex)
        let bytes = bytes
        func next() throws -> [Range<Int>]? {
            do {
                return try bytes.withUnsafeBytes { try cutter.next(in: $0) }
            } catch let error as CellCutter.OpenQuote {
                throw FileError.unreadableFile(
                    path, cause: "line \(error.line): a quotation mark begins a cell that does not end")
            }
        }
        guard let header = try next() else { throw FileError.unreadableFile(path, cause: "it has no header") }
        var columns: [String] = []
        for (place, cell) in header.enumerated() {
            guard let text = String(validating: Self.contents(of: cell, in: bytes), as: UTF8.self) else {
                throw FileError.unreadableFile(path, cause: "the header is not UTF-8")
            }
            let name = text.isEmpty ? "Unnamed: \(place)" : text
            guard !columns.contains(where: { $0.hasSameBytes(as: name) }) else {
                throw FileError.unreadableFile(path, cause: "two columns are called \(name)")
            }
            columns.append(name)
        }
        self.columns = columns
        var rows: [[Range<Int>]] = []
        while let row = try next() {
            guard row.count <= columns.count else {
                throw FileError.unreadableFile(
                    path, cause: "row \(rows.count + 1) has \(row.count) cells, expected \(columns.count)")
            }
            rows.append(row)
            if rows.count % 1024 == 0 { try Task.checkCancellation() }
        }
        self.rows = rows
    }

    /// The place of a column.
    func column(_ name: String) -> Int? { columns.firstIndex { $0.hasSameBytes(as: name) } }

    /// The text of a cell; nil where it is missing, or a text that pandas takes for a missing one.
    /// - Throws: `FileError.unreadableFile` for what is not UTF-8.
    func text(_ row: Int, _ column: Int) throws -> String? {
        let contents = contents(row, column)
        guard let text = String(validating: contents, as: UTF8.self) else {
            throw FileError.unreadableFile(path, cause: "\(place(row, column)) is not UTF-8")
        }
        return MissingValues.contains(text) ? nil : text
    }

    /// What is in a cell; empty where a row is too short.
    func contents(_ row: Int, _ column: Int) -> Data {
        column < rows[row].count ? Self.contents(of: rows[row][column], in: bytes) : Data()
    }

    /// What messages call a cell.
    func place(_ row: Int, _ column: Int) -> String { "row \(row + 1), column \(columns[column])" }

    private static func contents(of cell: Range<Int>, in bytes: Data) -> Data {
        let raw = bytes[cell]
        let quote = UInt8(ascii: "\"")
        guard raw.first == quote else { return raw }
        var result = Data(capacity: raw.count)
        var rest = raw.dropFirst()
        while let end = rest.firstIndex(of: quote) {
            result += rest[..<end]
            rest = rest[(end + 1)...]
            // After the end of the quotation all is taken as it is.
            guard rest.first == quote else { break }
            result.append(quote)
            rest = rest.dropFirst()
        }
        return result + rest
    }
}
