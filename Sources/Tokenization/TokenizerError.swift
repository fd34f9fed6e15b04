/// What can go wrong when a tokenizer is loaded. Every message names the file, or the folder, and the cause.
package enum TokenizerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The folder does not hold the files that a tokenizer is made of.
    case missing(folder: String, cause: String)
    /// The system did not give access to a file.
    case unreadable(file: String, cause: String)
    /// A file is not what it should be, or contradicts itself. `keyPath` is dotted, and empty for the file as a whole.
    case malformed(file: String, keyPath: String, cause: String)
    /// The file describes a tokenizer of a kind that is not implemented here.
    case unsupported(file: String, cause: String)

    package var description: String {
        switch self {
        case .missing(let folder, let cause): "no tokenizer in \(folder): \(cause)"
        case .unreadable(let file, let cause): "cannot read \(file): \(cause)"
        case .malformed(let file, let keyPath, let cause):
            "\(file) is malformed\(keyPath.isEmpty ? "" : " at \(keyPath)"): \(cause)"
        case .unsupported(let file, let cause): "\(file) describes a tokenizer that is not supported: \(cause)"
        }
    }
}
