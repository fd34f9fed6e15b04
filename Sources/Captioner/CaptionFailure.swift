public import Foundation

/// The reason why one image has no caption. The next image may have one.
///
/// ```swift
/// do {
///     print(try await captioner.caption(url).text)
/// } catch let failure as CaptionFailure where failure.stage == .read {
///     print("The file cannot be read: \(failure.message)")
/// }
/// ```
public struct CaptionFailure: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The step that failed.
    public enum Stage: String, Sendable, Codable {
        /// The file could not be read.
        case read
        /// The bytes are not an image that can be decoded.
        case decode
        /// The prompt of the request, or the question, does not fit the model.
        case prompt
        /// The model could not caption the image.
        case caption
    }

    /// The step that failed.
    public let stage: Stage
    /// The cause.
    public let message: String
    /// The path of the image's file, nil for an image that is not a file. A path that is not UTF-8 is percent-escaped:
    /// its invalid bytes and its percent signs. So are the percent signs of any path that could be mistaken for an
    /// escaped one.
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
