import TensorCore

extension Checkpoint.StoredTensor {
    /// The elements as float32: looked at in place where the file allows it, else converted.
    /// - Precondition: the type is one of those that `DataType.isUsableAsParameter` allows.
    /// - Throws: `TensorError.outOfMemory`.
    func parameter() throws -> Parameter {
        try file.withBytes(of: description) { bytes in
            if description.dataType == .float32, let pointer = Self.floats(at: bytes) {
                return Parameter(shape: description.shape, borrowing: pointer, owner: file.mapping)
            }
            return try Parameter(shape: description.shape) { floats in
                switch description.dataType {
                case .float32: FloatConversion.float32(bytes, into: floats)
                case .float16: FloatConversion.float16(bytes, into: floats)
                case .bfloat16: FloatConversion.bfloat16(bytes, into: floats)
                default: preconditionFailure("\(description.dataType) cannot be used as a parameter")
                }
            }
        }
    }

    /// The first of the floats, if they lie in memory as the machine wants them.
    private static func floats(at bytes: UnsafeRawBufferPointer) -> UnsafePointer<Float>? {
        #if _endian(little)
            guard let base = bytes.baseAddress, Int(bitPattern: base) % MemoryLayout<Float>.alignment == 0 else {
                return nil
            }
            return base.assumingMemoryBound(to: Float.self)
        #else
            return nil
        #endif
    }
}
