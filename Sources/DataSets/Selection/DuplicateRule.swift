package import SystemPackage

/// Which rows are duplicates of each other.
package enum DuplicateRule: Sendable {
    /// Their image files have the same bytes.
    case exact
    /// Their images have the same perceptual hashes.
    case perceptualHash
    /// The cosines of their images' embeddings are above a maximum.
    case similarity(embeddings: FilePath, maximum: Double)

    /// What a record says of a duplicate.
    var reason: String {
        switch self {
        case .exact: "the same image files as a better row"
        case .perceptualHash: "the same perceptual hash as a better row"
        case .similarity(_, let maximum): "similarity to a better row above \(maximum)"
        }
    }
}

/// The row that is kept in place of a duplicate.
struct Duplicate: Equatable {
    let original: Int32
    /// The cosine of their embeddings, where these were compared.
    var similarity: Float?
}
