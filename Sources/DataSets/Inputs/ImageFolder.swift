package import CaptionerFiles
import CaptionerJSON
package import SystemPackage

/// A folder in the layout that Hugging Face's datasets calls imagefolder: images, and a file `metadata.jsonl` or `metadata.csv`
/// with their names in `file_name`, relative to the folder, and their texts.
///
/// Its items are the images that the file names, in its order.
package struct ImageFolder: ItemSource {
    private enum Metadata: Sendable {
        case lines(DataSet)
        case table(ImageTable)
    }

    private let metadata: Metadata
    private let columns: ListFields

    package static let nameColumn = "file_name"
    package static let textColumn = "text"
    /// What the file is called, as JSON lines and as a table. The layout allows one of them.
    package static let linesName = "metadata.jsonl"
    package static let tableName = "metadata.csv"

    /// - Throws: `FileError.unreadableFile`, also for a folder without such a file, or one without a column; `CancellationError`.
    package init(_ folder: FilePath, fields: ListFields = ListFields()) throws {
        var fields = fields
        fields.path = fields.path ?? Self.nameColumn
        fields.folder = folder.anchored
        columns = fields
        guard !folder.isRegularFile else {
            throw FileError.unreadableFile(
                folder, cause: "it is a file, and imagefolder reads the folder that it is in")
        }
        let (lines, table) = (folder.appending(Self.linesName), folder.appending(Self.tableName))
        if lines.exists {
            let lines = try DataSet(path: lines)
            if let text = fields.text { try Self.checkThatSome(of: lines, have: text) }
            metadata = .lines(lines)
        } else if table.exists {
            metadata = .table(try ImageTable(table, fields: fields))
        } else {
            throw FileError.unreadableFile(folder, cause: "it has no \(Self.linesName) and no \(Self.tableName)")
        }
    }

    package init(inputs: [GivenPath], fields: DataSetFields) throws {
        try self.init(inputs[0].path, fields: fields.list)
    }

    /// A folder is searched for images unless it is asked for.
    package static func claims(_ input: GivenPath) -> Bool { false }
    package static let takesSeveralInputs = false

    private var source: any ItemSource {
        switch metadata {
        case .lines(let lines): lines
        case .table(let table): table
        }
    }

    package var count: Int { source.count }
    package var paths: [String] { source.paths }
    package var files: [FilePath] { source.files }
    package var notes: [String] { source.notes }
    package var fields: DataSetFields? { nil }
    /// The column with the texts of images, in which captions are written.
    package var textColumn: String { columns.text ?? Self.textColumn }

    package func items(_ range: Range<Int>) throws -> any ItemReader {
        switch metadata {
        case .lines(let lines): try LineItems(self, lines, range)
        case .table(let table): TableItems(self, try table.items(range))
        }
    }

    /// A column that no line has is a mistake, as it is in a table.
    private static func checkThatSome(of dataSet: DataSet, have column: String) throws {
        var lines = try dataSet.lines()
        var names: [String]?
        while let line = try lines.next() {
            guard let bytes = line.bytes, let members = try? JSONParser.parseObject(bytes).members else { continue }
            if members.contains(where: { $0.key == ExactString(column) }) { return }
            names = names ?? members.map(\.key.string)
        }
        guard let names else { return }
        throw FileError.unreadableFile(
            dataSet.path, cause: ImageTable.missing(column, among: names, option: "--text-column"))
    }

    private func item(_ index: Int, _ input: InputLine, line: Int) -> Item {
        func bad(_ cause: String) -> Item { Item(index: index, content: .badLine("line \(line): \(cause)")) }
        let sample: Sample
        do {
            sample = try Sample(line: input.read(), fields: DataSetFields(), folder: columns.folder ?? "")
        } catch {
            return bad("\(error)")
        }
        let name = columns.path ?? Self.nameColumn
        guard let value = sample[name] else { return bad("it has no \"\(name.shortened)\"") }
        guard let file = value.text else { return bad("its \"\(name.shortened)\" is \(value.kind), expected a path") }
        if file.isEmpty { return bad("its \"\(name.shortened)\" is empty") }
        var listed = ListedImage(id: sample.id, text: columns.text.map { Self.text(sample[$0]) })
        listed.metadata = MetadataLine(line: sample, nameColumn: name, textColumn: textColumn)
        let path = ListedPath(Array(file.utf8), in: columns.folder)
        return Item(index: index, content: .image(name: path.name, path.picture), listed: listed)
    }

    /// A text, or a list of one, as `--num-captions` writes several; anything else is none.
    private static func text(_ value: JSONValue?) -> String {
        guard let elements = value?.elements else { return value?.text ?? "" }
        return elements.count == 1 ? elements[0].text ?? "" : ""
    }

    private final class LineItems: ItemReader {
        private let folder: ImageFolder
        private var lines: SampleRange

        init(_ folder: ImageFolder, _ dataSet: DataSet, _ range: Range<Int>) throws {
            self.folder = folder
            lines = try SampleRange(dataSet, range)
        }

        /// - Throws: `FileError.unreadableFile`, also when the file became shorter since it was counted.
        package func next() throws -> Item? {
            try lines.next().map { folder.item($0.index, $0.line, line: lines.lineCount) }
        }
    }

    private final class TableItems: ItemReader {
        private let folder: ImageFolder
        private let items: any ItemReader

        init(_ folder: ImageFolder, _ items: any ItemReader) { (self.folder, self.items) = (folder, items) }

        package func next() throws -> Item? {
            guard var item = try items.next() else { return nil }
            item.listed?.metadata = MetadataLine(
                line: nil, nameColumn: ImageFolder.nameColumn, textColumn: folder.textColumn)
            return item
        }
    }
}
