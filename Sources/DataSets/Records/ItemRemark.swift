/// What a sample is although it is no error, so that nothing is left uncaptioned without a word.
package enum ItemRemark: Sendable, Equatable {
    /// It names no image, and is kept as it is.
    case noImages
    /// It names images, and its text has no place for one: nothing was captioned.
    /// - Parameter token: what its text has in place of the token that was looked for, if it is known.
    case noPlace(token: String?)
    /// It names more images than its text has places for: how many were captioned, and how many were not.
    case unplacedImages(placed: Int, unplaced: Int)

    /// Whether something was captioned.
    package var isCaptioned: Bool { if case .unplacedImages = self { true } else { false } }
}
