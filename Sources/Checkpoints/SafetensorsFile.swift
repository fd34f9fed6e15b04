package import SystemPackage

/// A mapped safetensors file. Opening one reads its header only.
package struct SafetensorsFile: Sendable {
    /// The tensors in the order of their elements.
    package let tensors: [TensorDescription]
    /// Free text that the writer left, by key.
    package let metadata: [String: String]
    let mapping: MappedFile

    /// Opens the file at `path`.
    /// - Throws: `CheckpointError.unreadable` or `.malformed`.
    package init(_ path: FilePath) throws(CheckpointError) {
        mapping = try MappedFile(path)
        let header = try mapping.withBytes { (bytes) throws(CheckpointError) in
            try SafetensorsHeader(file: path, bytes: bytes)
        }
        tensors = header.tensors
        metadata = header.metadata
    }

    /// Calls `body` with the bytes of a tensor of this file, which are valid as long as `mapping` lives.
    func withBytes<Result>(
        of tensor: TensorDescription, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try mapping.withBytes { bytes in try body(UnsafeRawBufferPointer(rebasing: bytes[tensor.byteRange])) }
    }
}
