public import Foundation

/// What keeps a captioner from working at all. One bad image is a ``CaptionFailure`` instead.
public enum CaptionerError: Error, Equatable, CustomStringConvertible {
    /// The checkpoint cannot be used; the cause names the file.
    case unusableModel(folder: String, cause: String)
    /// A file or folder cannot be written.
    case unusableOutput(file: String, cause: String)
    /// An option has a value that makes no sense.
    case invalidOption(String)

    public var description: String {
        switch self {
        case .unusableModel(let folder, let cause):
            cause.contains(folder) ? "cannot load the model: \(cause)" : "cannot load the model in \(folder): \(cause)"
        case .unusableOutput(let file, let cause): "cannot write \(file): \(cause)"
        case .invalidOption(let message): message
        }
    }
}

extension CaptionerError: LocalizedError {
    public var errorDescription: String? { description }
}
