package import Foundation

/// A mapped safetensors file. Opening one reads its header only.
package struct SafetensorsFile: Sendable {
    /// The tensors in the order of their elements.
    package let tensors: [TensorDescription]
    /// Free text that the writer left, by key.
    package let metadata: [String: String]
    let mapping: MappedFile

    /// Opens the file at `url`.
    /// - Throws: `CheckpointError.unreadable` or `.malformed`.
    package init(_ url: URL) throws(CheckpointError) {
        mapping = try MappedFile(url)
        let header = try SafetensorsHeader(file: url, bytes: mapping.bytes)
        tensors = header.tensors
        metadata = header.metadata
    }

    /// The bytes of a tensor of this file. Valid as long as `mapping` lives.
    func bytes(of tensor: TensorDescription) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: mapping.bytes[tensor.byteRange])
    }
}
