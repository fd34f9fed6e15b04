import CaptionerFiles
import SystemPackage

/// What can go wrong between a folder on disk and the weights of a model.
///
/// Every message names the file, or the folder, and the cause.
package enum CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The folder holds no weights that can be read.
    case noWeights(folder: String, cause: String)
    /// The system did not give access to a file.
    case unreadable(file: String, cause: String)
    /// A file is not a valid safetensors file, or not a valid shard index.
    case malformed(file: String, cause: String)
    /// The shards of a checkpoint and its index contradict each other. `file` is the index, or the shard at fault.
    case inconsistentShards(file: String, cause: String)
    /// A JSON file could not be decoded. `keyPath` is dotted, and empty for the file as a whole.
    case undecodable(file: String, keyPath: String, cause: String)
    /// The weights do not fit the model. The report lists every tensor at fault.
    case unsuitableWeights(folder: String, report: WeightReport)
    /// A tensor holds what cannot be used.
    case unusableTensor(file: String, tensor: String, cause: String)
    /// A precision is asked for layers that the model does not have. `layers` are names of some that it has.
    case unknownLayer(part: String, layers: [String])
    /// A file could not be written.
    case unwritable(file: String, cause: String)

    package var description: String {
        switch self {
        case .noWeights(let folder, let cause): "\(folder): \(cause)"
        case .unreadable(let file, let cause): "cannot read \(file): \(cause)"
        case .malformed(let file, let cause): "\(file) is malformed: \(cause)"
        case .inconsistentShards(let file, let cause):
            "\(file) does not fit the other files of its checkpoint: \(cause)"
        case .undecodable(let file, let keyPath, let cause):
            "cannot decode \(file)\(keyPath.isEmpty ? "" : " at \(keyPath)"): \(cause)"
        case .unsuitableWeights(let folder, let report):
            "the weights in \(folder) do not fit the model: \(report.problemDescription())"
        case .unusableTensor(let file, let tensor, let cause): "cannot use tensor \(tensor) of \(file): \(cause)"
        case .unknownLayer(let part, let layers):
            "no linear layer has \"\(part)\" in its name; they are called \(layers.joined(separator: ", ")) "
                + "and the like"
        case .unwritable(let file, let cause): "cannot write \(file): \(cause)"
        }
    }
}

extension CheckpointError {
    /// - Parameter code: what `errno` was.
    static func unreadable(_ path: FilePath, _ code: Int32) -> CheckpointError {
        .unreadable(file: path.escaped, cause: path.cause(code))
    }

    /// - Parameter code: what `errno` was.
    static func unwritable(_ path: FilePath, _ code: Int32) -> CheckpointError {
        .unwritable(file: path.escaped, cause: path.cause(code))
    }
}
