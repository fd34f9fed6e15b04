import CaptionerFiles
package import CaptionerJSON

/// An image or sample of an input.
package struct Item: Sendable {
    package enum Content: Sendable {
        /// An image, and what records call it.
        case image(name: String, any PictureSource)
        case sample(Sample)
        /// A line of a data set that is no JSON object.
        case badLine(String)
    }

    /// Its place in the whole input, from 0.
    package let index: Int
    package let content: Content
    /// What the list that an image is from says of it; nil for images that are in no list.
    package var listed: ListedImage?

    /// The `"id"` of a sample, or that of an image in a list.
    package var id: JSONValue? { if case .sample(let sample) = content { sample.id } else { listed?.id } }

    /// All images that it names, also those of a sample that cannot be captioned.
    package var pictures: [any PictureSource] {
        switch content {
        case .image(_, let picture): [picture]
        case .sample(let sample): sample.namedPaths.map { PictureReference.source(of: $0, in: sample.folder) }
        case .badLine: []
        }
    }

    /// What its line takes in memory.
    package var byteCount: Int { if case .sample(let sample) = content { sample.line.count } else { 0 } }

    /// What messages call it.
    package var name: String {
        switch content {
        case .image(let name, _): name
        case .sample, .badLine: "sample \(index + 1)" + (id.map { " (id \($0.csvText.shortened))" } ?? "")
        }
    }
}
