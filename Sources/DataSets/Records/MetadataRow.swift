import CaptionerFiles
import CaptionerJSON
import SystemPackage

/// A line of the `metadata.jsonl` of Hugging Face's imagefolder: `{"file_name": "beach.jpg", "text": "..."}`.
///
/// Of an image that such a file named before, it is the line that was read with another text.
enum MetadataRow {
    /// Why an image cannot be in it: it knows images by the names of files, and holds no name that is not UTF-8.
    static func failure(of task: CaptionTask) -> ItemFailure? {
        guard let path = task.picture.file?.bytes else { return nil }
        let name = FilePath(exactly: task.name).bytes
        guard !name.isEmpty, path.suffix(name.count).elementsEqual(name) else {
            return ItemFailure(
                stage: .write, message: "\(task.name.shortened) is no name of a file that metadata.jsonl can hold")
        }
        return nil
    }

    /// Nil for an image without captions.
    static func row(_ record: CaptionRecord, of item: Item) -> String? {
        guard case .success(let captions) = record.answer, let path = record.path else { return nil }
        let texts = captions.map { JSONValue.string($0.text) }
        let text = record.shape.isList ? .array(texts) : texts.first ?? .null
        let column = item.listed?.metadata?.textColumn ?? ImageFolder.textColumn
        if let line = item.listed?.metadata?.line { return line.line(setting: column, to: text) + "\n" }
        let members = [JSONMember(ImageFolder.nameColumn, .string(path)), JSONMember(column, text)]
        return JSONValue.object(members).json() + "\n"
    }

    /// Whether a row can be an item's.
    static func accepts(_ row: [UInt8], _ item: Item) -> Bool {
        guard let value = try? JSONParser.parse(row, .row) else { return false }
        return value[item.listed?.metadata?.nameColumn ?? ImageFolder.nameColumn] == .string(item.name)
    }
}
