public import Foundation

/// Why one image has no caption.
public struct CaptionFailure: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// Where it went wrong.
    public enum Stage: String, Sendable, Codable {
        /// The file could not be read.
        case read
        /// The bytes are not an image that can be decoded.
        case decode
        /// The prompt of this image's own does not fit the model.
        case prompt
        /// The model could not caption the image.
        case caption
    }

    /// Where it went wrong.
    public let stage: Stage
    /// The cause.
    public let message: String
    /// The file, if the image was one. In a path that is not UTF-8, bytes that are no characters and percent signs are
    /// percent escapes, and so are percent signs of a path that could be mistaken for such a text.
    public let path: String?

    /// - Parameters: as the properties of the same names.
    public init(stage: Stage, message: String, path: String? = nil) {
        self.stage = stage
        self.message = message
        self.path = path
    }

    /// File and cause.
    public var description: String {
        guard let path, !message.contains(path) else { return message }
        return "\(path): \(message)"
    }
}

extension CaptionFailure: LocalizedError {
    public var errorDescription: String? { description }
}
