import CaptionerTensorCore

/// The bytes of a safetensors file with any header and any data.
func safetensors(_ header: String, data: [UInt8] = []) -> [UInt8] { safetensors(Array(header.utf8), data: data) }

/// The bytes of a safetensors file with a header that need not be text.
func safetensors(_ header: [UInt8], data: [UInt8] = []) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header + data
}

/// The bytes of a file that holds one tensor.
func safetensors(tensor name: String, _ type: String, _ shape: [Int], data: [UInt8]) -> [UInt8] {
    safetensors(
        "{\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[0,\(data.count)]}}", data: data)
}

/// The little-endian bytes of numbers.
func bytes<Number>(_ numbers: [Number]) -> [UInt8] { numbers.withUnsafeBytes { Array($0) } }

/// The values of a parameter, which is kept alive until they are copied.
func values(of parameter: Parameter) -> [Float] { withExtendedLifetime(parameter) { Array(parameter.floats) } }
