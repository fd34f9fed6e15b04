import CaptionerFiles
package import CaptionerJSON

/// An image or sample of an input.
package struct Item: Sendable {
    package enum Content: Sendable {
        /// An image, and what records call it.
        case image(name: String, any PictureSource)
        case sample(Sample)
        /// A sample of an archive that has an image, or what is wrong with an archive.
        case archived(ArchivedSample)
        /// A line of a data set that is no JSON object.
        case badLine(String)
    }

    /// Its place in the whole input, from 0.
    package let index: Int
    package let content: Content
    /// What the list that an image is from says of it; nil for images that are in no list.
    package var listed: ListedImage?

    /// The `"id"` of a sample, or that of an image in a list; of a sample in an archive its key.
    package var id: JSONValue? {
        switch content {
        case .sample(let sample): sample.id
        case .archived(let sample): sample.keyText.map { .string($0) }
        case .image, .badLine: listed?.id
        }
    }

    /// What records call its id.
    package var idName: String { if case .archived = content { "key" } else { "id" } }

    /// All images that it names, also those of a sample that cannot be captioned.
    package var pictures: [any PictureSource] {
        switch content {
        case .image(_, let picture): [picture]
        case .sample(let sample): sample.namedPaths.map { PictureReference.source(of: $0, in: sample.folder) }
        case .archived(let sample): [sample.picture].compactMap { $0 }
        case .badLine: []
        }
    }

    /// What its line or its members take in memory.
    package var byteCount: Int {
        switch content {
        case .sample(let sample): sample.line.count
        case .archived(let sample): sample.byteCount
        case .image, .badLine: 0
        }
    }

    /// What messages call it.
    package var name: String {
        switch content {
        case .image(let name, _): name
        case .archived(let sample): sample.imageName ?? sample.archiveName
        case .sample, .badLine: "sample \(index + 1)" + (id.map { " (id \($0.csvText.shortened))" } ?? "")
        }
    }
}
