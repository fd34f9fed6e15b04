package import CaptionerFiles
import CaptionerJSON
package import SystemPackage

/// Images that the rows of a table name, `FILE.csv` or `FILE.tsv`, plain or compressed with gzip; its first row has the names
/// of the columns.
///
/// Relative paths are relative to the folder of the table. A column `id` has the ids of records, if there is one.
package struct ImageTable: ItemSource {
    package let path: FilePath
    package let count: Int
    /// What relative paths are relative to.
    package let folder: FilePath
    private let separator: UInt8
    private let columns: Columns

    /// Where in a row the values are.
    private struct Columns: Sendable {
        let path: Int
        let pathName: String
        let text: Int?
        let id: Int?
    }

    package static let standardPathColumn = "image"

    /// Reads the file once, to count.
    /// - Parameter fields: the names of columns, and how cells are separated.
    /// - Throws: `FileError.unreadableFile`, also for a table without a column; `CancellationError`.
    package init(_ path: FilePath, fields: ListFields = ListFields()) throws {
        self.path = path
        separator = fields.separator ?? UInt8(ascii: Self.hasEnding(path, "tsv") ? "\t" : ",")
        folder = fields.folder ?? DataSet.folder(of: path)
        let reader = try TableReader(path, separator: separator)
        guard case .cells(let names)? = try reader.next() else {
            throw FileError.unreadableFile(path, cause: "it has no row with the names of columns")
        }
        if let cause = ForeignContents.whyNoText(names.first ?? []) {
            throw FileError.unreadableFile(path, cause: cause)
        }
        func place(_ name: String) -> Int? { names.firstIndex { $0.elementsEqual(name.utf8) } }
        func required(_ name: String, _ option: String) throws -> Int {
            if let place = place(name) { return place }
            let names = names.map { String(decoding: $0, as: UTF8.self) }
            throw FileError.unreadableFile(path, cause: Self.missing(name, among: names, option: option))
        }
        let pathName = fields.path ?? Self.standardPathColumn
        columns = Columns(
            path: try required(pathName, "--path-column"), pathName: pathName,
            text: try fields.text.map { try required($0, "--text-column") }, id: place("id"))
        var count = 0
        while try reader.next() != nil { count += 1 }
        self.count = count
    }

    package init(inputs: [GivenPath], fields: DataSetFields) throws {
        try self.init(inputs[0].path, fields: fields.list)
    }

    package static func claims(_ input: GivenPath) -> Bool {
        hasEnding(input.path, "csv") || hasEnding(input.path, "tsv")
    }
    package static let takesSeveralInputs = false

    package var paths: [String] { [path.absolute.escaped] }
    package var files: [FilePath] { [path] }
    package var fields: DataSetFields? { nil }
    package var notes: [String] { count == 0 ? ["no rows in \(GivenPath(path).text)"] : [] }

    package func items(_ range: Range<Int>) throws -> any ItemReader { try Reader(self, range) }

    /// That a list has no column of a name.
    static func missing(_ column: String, among names: [String], option: String) -> String {
        let list = names.prefix(20).map(\.shortened.printable).joined(separator: ", ")
        return "it has no column \(column.shortened), but \(list); \(option) names another"
    }

    private static func hasEnding(_ path: FilePath, _ kind: String) -> Bool {
        path.bytes.hasEnding([".\(kind)", ".\(kind).gz"])
    }

    private func item(_ index: Int, _ row: TableReader.Row, line: Int) -> Item {
        func bad(_ cause: String) -> Item { Item(index: index, content: .badLine("line \(line): \(cause)")) }
        switch row {
        case .tooLong(let limit): return bad("longer than \(limit) bytes")
        case .cells(let cells):
            guard columns.path < cells.count, !cells[columns.path].isEmpty else {
                return bad("its \(columns.pathName.shortened) is empty")
            }
            var listed = ListedImage()
            for (column, isID) in [(columns.text, false), (columns.id, true)] {
                guard let column, column < cells.count else { continue }
                guard let text = String(validating: cells[column], as: UTF8.self) else {
                    return bad("cell \(column + 1) is not UTF-8")
                }
                if isID { listed.id = .string(text) } else { listed.text = text }
            }
            let path = ListedPath(cells[columns.path], in: folder)
            return Item(index: index, content: .image(name: path.name, path.picture), listed: listed)
        }
    }

    private final class Reader: ItemReader {
        private let table: ImageTable
        private let rows: TableReader
        private var rest: Range<Int>

        init(_ table: ImageTable, _ range: Range<Int>) throws {
            self.table = table
            rest = range
            rows = try TableReader(table.path, separator: table.separator)
            for _ in 0...range.lowerBound where try rows.next() == nil { break }
        }

        /// - Throws: `FileError.unreadableFile`, also when the table became shorter since it was counted.
        package func next() throws -> Item? {
            guard let index = rest.popFirst() else { return nil }
            guard let row = try rows.next() else {
                throw FileError.unreadableFile(table.path, cause: "it became shorter while it was read")
            }
            return table.item(index, row, line: rows.line)
        }
    }
}
