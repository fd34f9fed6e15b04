package import CaptionerFiles
import CaptionerJSON
package import SystemPackage

/// A folder in the layout that Hugging Face's datasets calls imagefolder: images, and a file `metadata.jsonl` or `metadata.csv`
/// with their names in `file_name`, relative to the folder, and their texts.
///
/// Its items are the images that the file names, in its order.
package struct ImageFolder: ItemSource {
    private let metadata: any ItemSource
    private let columns: ListFields

    package static let nameColumn = "file_name"
    package static let textColumn = "text"

    /// - Throws: `FileError.unreadableFile`, also for a folder without such a file; `CancellationError`.
    package init(_ folder: FilePath, fields: ListFields = ListFields()) throws {
        var fields = fields
        fields.path = fields.path ?? Self.nameColumn
        fields.folder = folder.anchored
        columns = fields
        let (lines, table) = (folder.appending("metadata.jsonl"), folder.appending("metadata.csv"))
        if lines.exists {
            metadata = try DataSet(path: lines)
        } else if table.exists {
            metadata = try ImageTable(table, fields: fields)
        } else {
            throw FileError.unreadableFile(folder, cause: "it has no metadata.jsonl and no metadata.csv")
        }
    }

    package init(inputs: [GivenPath], fields: DataSetFields) throws {
        try self.init(inputs[0].path, fields: fields.list)
    }

    /// A folder is searched for images unless it is asked for.
    package static func claims(_ input: GivenPath) -> Bool { false }
    package static let takesSeveralInputs = false

    package var count: Int { metadata.count }
    package var paths: [String] { metadata.paths }
    package var files: [FilePath] { metadata.files }
    package var notes: [String] { metadata.notes }
    package var fields: DataSetFields? { nil }

    package func items(_ range: Range<Int>) throws -> any ItemReader {
        Reader(self, try metadata.items(range))
    }

    private func item(_ item: Item) -> Item {
        guard case .sample(let sample) = item.content else { return item }
        let name = columns.path ?? Self.nameColumn
        guard let file = sample[name]?.text, !file.isEmpty else {
            return Item(
                index: item.index, content: .badLine("sample \(item.index + 1): it has no \"\(name.shortened)\""))
        }
        var listed = ListedImage(id: sample.id, text: columns.text.map { sample[$0]?.text ?? "" })
        listed.metadata = sample
        let path = ListedPath(Array(file.utf8), in: columns.folder)
        return Item(index: item.index, content: .image(name: path.name, path.picture), listed: listed)
    }

    private final class Reader: ItemReader {
        private let folder: ImageFolder
        private let items: any ItemReader

        init(_ folder: ImageFolder, _ items: any ItemReader) { (self.folder, self.items) = (folder, items) }

        package func next() throws -> Item? { try items.next().map(folder.item) }
    }
}
