/// A published model that this engine runs, and what is known of it: what `caption-images models` prints, and the table of
/// docs/models.md.
package struct KnownModel: Sendable, Codable {
    /// Its name on the hubs.
    package let name: String
    /// Others of the same kind and size that run likewise.
    package let variants: [String]
    /// What it is for.
    package let purpose: String
    package let parameters: Int
    /// The most memory of a process in int8, in bytes; nil where it was not measured.
    package let residentBytes: Int?
    /// Seconds an image in int8, alone and in a batch; nil where it was not measured.
    package let secondsAlone: Double?
    package let secondsInBatch: Double?
    /// CIDEr on COCO captions, and who says so; nil where none is published.
    package let cider: CIDEr?
    package let licence: String
    package let languages: String
    package let goodAt: String
    package let badAt: String

    package struct CIDEr: Sendable, Codable {
        package let value: Double
        package let source: String
    }

    /// All names that mean this model.
    package var names: [String] { [name] + variants }
}
