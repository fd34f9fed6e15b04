public import Foundation

/// An error about the model, an option or a folder to write to, rather than about one image: that is a ``CaptionFailure``.
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

        /// The model's folder cannot be loaded.
        public static let unusableModel = Code(rawValue: "unusable_model")
        /// A file or folder cannot be written.
        public static let unusableOutput = Code(rawValue: "unusable_output")
        /// An option has a value that is out of its range, or that the model does not allow.
        public static let invalidOption = Code(rawValue: "invalid_option")
    }

    /// The kind of error.
    public let code: Code
    /// The cause. It names the file at fault if that is not ``path``.
    public let message: String
    /// The folder of the model, or the file or folder that cannot be written; nil for an option. A path that is not UTF-8
    /// is percent-escaped.
    public let path: String?
    /// The name of the property of ``Captioner/Options`` or ``Captioner/GenerationOptions`` that is at fault; nil where the
    /// error is not about one property.
    public let option: String?

    /// - Parameters: as the properties of the same names.
    public init(code: Code, message: String, path: String? = nil, option: String? = nil) {
        self.code = code
        self.message = message
        self.path = path
        self.option = option
    }

    /// An error with the code `unusableModel`.
    /// - Parameters:
    ///   - folder: the folder of the model.
    ///   - cause: the message, which names the file.
    public static func unusableModel(folder: String, cause: String) -> CaptionerError {
        CaptionerError(code: .unusableModel, message: cause, path: folder)
    }

    /// An error with the code `unusableOutput`.
    /// - Parameters:
    ///   - file: its path.
    ///   - cause: the message.
    public static func unusableOutput(file: String, cause: String) -> CaptionerError {
        CaptionerError(code: .unusableOutput, message: cause, path: file)
    }

    /// An error with the code `invalidOption`.
    /// - Parameters:
    ///   - message: the value found, and what was expected.
    ///   - option: the name of the property.
    public static func invalidOption(_ message: String, option: String? = nil) -> CaptionerError {
        CaptionerError(code: .invalidOption, message: message, option: option)
    }

    /// A sentence for the user, with path and cause.
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
