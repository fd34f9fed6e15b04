package import Foundation
package import SystemPackage

/// Where an image is: a file, bytes, a member of an archive.
package protocol PictureSource: Sendable {
    /// The file that holds this image and nothing else, if there is one.
    var file: FilePath? { get }
    /// Whether there is something, be it no image.
    var exists: Bool { get }

    /// The encoded image.
    /// - Throws: `ItemFailure`.
    func bytes() throws(ItemFailure) -> Data
}

/// What cannot be had.
struct UnavailablePicture: PictureSource {
    /// Why, as a sentence that names it.
    package let cause: String

    package var file: FilePath? { nil }
    package var exists: Bool { false }

    package func bytes() throws(ItemFailure) -> Data { throw ItemFailure(stage: .read, message: cause) }
}
