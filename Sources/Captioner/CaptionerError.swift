public import Foundation

/// What keeps a captioner from working at all. One bad image is a ``CaptionFailure`` instead.
///
/// ```swift
/// do {
///     _ = try await captioner.caption(url, options: options)
/// } catch let error as CaptionerError where error.code == .invalidOption {
///     print(error.option ?? "", error.message)
/// }
/// ```
public struct CaptionerError: Error, Equatable, CustomStringConvertible {
    /// The kind of error. Later versions may have further ones.
    public struct Code: RawRepresentable, Hashable, Sendable, Codable {
        public let rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }

        /// The checkpoint cannot be used.
        public static let unusableModel = Code(rawValue: "unusable_model")
        /// A file or folder cannot be written.
        public static let unusableOutput = Code(rawValue: "unusable_output")
        /// An option has a value that makes no sense, or that the model does not allow.
        public static let invalidOption = Code(rawValue: "invalid_option")
    }

    /// The kind of error.
    public let code: Code
    /// The cause. It names the file at fault, where that is not ``path``.
    public let message: String
    /// The folder of the model, or the file or folder that cannot be written. In a path that is not UTF-8, bytes that are
    /// no characters are percent escapes.
    public let path: String?
    /// The name of the option, where it is that of a property of ``Captioner/Options`` or ``Captioner/GenerationOptions``.
    public let option: String?

    /// - Parameters: as the properties of the same names.
    public init(code: Code, message: String, path: String? = nil, option: String? = nil) {
        self.code = code
        self.message = message
        self.path = path
        self.option = option
    }

    /// The checkpoint in a folder cannot be used; the cause names the file.
    /// - Parameters:
    ///   - folder: the folder of the model.
    ///   - cause: a sentence.
    public static func unusableModel(folder: String, cause: String) -> CaptionerError {
        CaptionerError(code: .unusableModel, message: cause, path: folder)
    }

    /// A file or folder cannot be written.
    /// - Parameters:
    ///   - file: its path.
    ///   - cause: a sentence.
    public static func unusableOutput(file: String, cause: String) -> CaptionerError {
        CaptionerError(code: .unusableOutput, message: cause, path: file)
    }

    /// An option has a value that makes no sense.
    /// - Parameters:
    ///   - message: value and expectation.
    ///   - option: the name of the property.
    public static func invalidOption(_ message: String, option: String? = nil) -> CaptionerError {
        CaptionerError(code: .invalidOption, message: message, option: option)
    }

    /// One sentence for a user, with path and cause.
    public var description: String {
        guard let path else { return message }
        return switch code {
        case .unusableModel:
            message.contains(path)
                ? "cannot load the model: \(message)" : "cannot load the model in \(path): \(message)"
        case .unusableOutput: "cannot write \(path): \(message)"
        default: message.contains(path) ? message : "\(path): \(message)"
        }
    }
}

extension CaptionerError: LocalizedError {
    public var errorDescription: String? { description }
}
