import CaptionerFiles
import SystemPackage

/// Why an item, or an image of it, has no caption.
package struct ItemFailure: Error, Equatable, Sendable {
    /// Where it went wrong.
    package enum Stage: String, Sendable {
        /// A line that asks for a caption is not as it should be.
        case request
        /// The line of a data set is not as it should be.
        case sample
        /// The image could not be read.
        case read
        /// The bytes are no image that can be decoded.
        case decode
        /// The item's own prompt does not fit the model.
        case prompt
        /// The model could not caption the image.
        case caption
        /// The caption has no place to go to.
        case write
    }

    package let stage: Stage
    package let message: String
    /// The file in question, if there is one, as `FilePath.escaped` has it.
    package let path: String?

    package init(stage: Stage, message: String, path: String? = nil) {
        self.stage = stage
        self.message = message
        self.path = path
    }

    /// A caption's file cannot be written.
    static func unwritable(_ path: FilePath, _ cause: String) -> ItemFailure {
        ItemFailure(
            stage: .write, message: "cannot write \(path.escaped.shortened): \(cause)", path: path.escaped)
    }
}
