package import CaptionerFiles
import CaptionerJSON
package import SystemPackage

/// A training file in LLaVA's format: a JSON array of objects with `image` and `conversations`.
///
/// Its items are the images. Relative paths are relative to the folder of the file unless another is named.
package struct LLaVASet: ItemSource {
    package let path: FilePath
    package let count: Int
    private let folder: FilePath

    /// Reads the file once, to count.
    /// - Throws: `FileError.unreadableFile`, also for what is no array; `CancellationError`.
    package init(_ path: FilePath, in folder: FilePath? = nil) throws {
        self.path = path
        self.folder = folder ?? DataSet.folder(of: path)
        var reader = try JSONArrayReader(path: path)
        var count = 0
        while try reader.next() != nil { count += 1 }
        self.count = count
    }

    package init(inputs: [GivenPath], fields: DataSetFields) throws {
        try self.init(inputs[0].path, in: fields.list.folder)
    }

    package static func claims(_ input: GivenPath) -> Bool { input.path.bytes.hasEnding([".json"]) }
    package static let takesSeveralInputs = false

    package var paths: [String] { [path.absolute.escaped] }
    package var files: [FilePath] { [path] }
    package var fields: DataSetFields? { nil }
    package var notes: [String] { count == 0 ? ["no conversations in \(GivenPath(path).text)"] : [] }

    package func items(_ range: Range<Int>) throws -> any ItemReader { try Reader(self, range) }

    private func item(_ index: Int, _ element: JSONValue) -> Item {
        let conversation = Conversation(element)
        var listed = ListedImage(id: element["id"], text: conversation.answers.first)
        listed.conversation = conversation
        do throws(ItemFailure) {
            guard let image = try conversation.image() else {
                let picture = UnavailablePicture(cause: "element \(index + 1) names no image")
                return Item(index: index, content: .image(name: "", picture), listed: listed)
            }
            let path = ListedPath(Array(image.utf8), in: folder)
            return Item(index: index, content: .image(name: path.name, path.picture), listed: listed)
        } catch {
            return Item(index: index, content: .badLine("element \(index + 1): \(error.message)"), listed: listed)
        }
    }

    private final class Reader: ItemReader {
        private let set: LLaVASet
        private var elements: JSONArrayReader
        private var rest: Range<Int>

        init(_ set: LLaVASet, _ range: Range<Int>) throws {
            self.set = set
            rest = range
            elements = try JSONArrayReader(path: set.path)
            for _ in 0..<range.lowerBound where try elements.next() == nil { break }
        }

        /// - Throws: `FileError.unreadableFile`, also when the file became shorter since it was counted.
        package func next() throws -> Item? {
            guard let index = rest.popFirst() else { return nil }
            guard let element = try elements.next() else {
                throw FileError.unreadableFile(set.path, cause: "it became shorter while it was read")
            }
            return set.item(index, element)
        }
    }
}
