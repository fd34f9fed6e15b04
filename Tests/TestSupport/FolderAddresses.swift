package import CaptionerCheckpoints
import CaptionerFiles
package import CaptionerModels
package import CaptionerTokenization
package import Foundation
import SystemPackage

// Tests have their folders as Foundation's addresses.

extension Checkpoint {
    package init(folder: URL) throws(CheckpointError) { try self.init(folder: FilePath(folder)) }

    package static func decode<T: Decodable>(
        _ type: T.Type, from fileName: String, in folder: URL
    ) throws(CheckpointError) -> T? {
        try decode(type, from: fileName, in: FilePath(folder))
    }
}

extension MappedFile {
    package convenience init(_ url: URL) throws(CheckpointError) { try self.init(FilePath(url)) }
}

extension SafetensorsFile {
    package init(_ url: URL) throws(CheckpointError) { try self.init(FilePath(url)) }
}

extension SafetensorsWriter {
    package static func write(
        _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = [:], to url: URL
    ) throws(CheckpointError) {
        try write(tensors, metadata: metadata, to: FilePath(url))
    }
}

extension CheckpointPacker {
    package func write(
        to folder: URL, copying fileNames: [String], progress: (Double) -> Void = { _ in }
    ) throws -> Result {
        try write(to: FilePath(folder), copying: fileNames, progress: progress)
    }
}

extension Tokenizer {
    package init(folder: URL) throws(TokenizerError) { try self.init(folder: FilePath(folder)) }
}

extension ModelFolder where Kind == any CaptioningModel {
    package init(_ folder: URL) throws { try self.init(FilePath(folder)) }
}
