import CaptionerFiles
package import CaptionerJSON
import SystemPackage

/// What a list says of an image besides where it is.
package struct ListedImage: Sendable {
    package var id: JSONValue?
    /// The text that it has; nil where the list has no texts.
    package var text: String?
    /// What it is an element of, in LLaVA's format.
    package var conversation: Conversation?
    /// Where in an imagefolder it is named.
    var metadata: MetadataLine?

    package init(id: JSONValue? = nil, text: String? = nil) {
        self.id = id
        self.text = text
    }
}

/// A line of the metadata of an imagefolder.
struct MetadataLine: Sendable {
    /// Of a `metadata.jsonl`, as it was read; nil for a row of a table.
    let line: Sample?
    /// The columns of names and texts.
    let nameColumn: String
    let textColumn: String
}

/// A path of an image as a list has it.
struct ListedPath {
    /// What records call it.
    let name: String
    let picture: any PictureSource

    /// - Parameters:
    ///   - bytes: a path, or an address.
    ///   - folder: what relative paths are relative to; nil for the folder in which the process runs.
    init(_ bytes: [UInt8], in folder: FilePath?) {
        name = FilePath.escaped(bytes)
        if let text = String(validating: bytes, as: UTF8.self) {
            picture = PictureReference.source(of: text, in: folder)
        } else {
            let path = FilePath(bytes: bytes)
            picture = PictureFile(path: folder.map { $0.pushing(path) } ?? path)
        }
    }
}
