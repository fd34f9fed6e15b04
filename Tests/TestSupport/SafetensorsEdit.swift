public import Foundation

/// A safetensors file taken apart, to be put together with something changed.
///
/// It knows nothing of the package's own reader and writer, so that tests can compare those with it.
public struct SafetensorsEdit {
    public struct Tensor {
        public var dtype: String
        public var shape: [Int]
        public var data: Data
        /// Where the data begins in the file that was read.
        public let offset: Int
    }

    public var tensors: [String: Tensor] = [:]
    public var metadata: [String: String]?
    /// Where the data begins, beyond a multiple of 64 bytes.
    public var misalignment = 0

    public init(_ url: URL) throws {
        let bytes = try Data(contentsOf: url)
        let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let start = 8 + length
        let header = try JSONSerialization.jsonObject(with: bytes[8..<start]) as? [String: Any] ?? [:]
        for (name, value) in header {
            if name == "__metadata__" {
                metadata = value as? [String: String]
            } else if let fields = value as? [String: Any], let dtype = fields["dtype"] as? String,
                let shape = fields["shape"] as? [Int], let offsets = fields["data_offsets"] as? [Int],
                offsets.count == 2
            {
                let range = (start + offsets[0])..<(start + offsets[1])
                tensors[name] = Tensor(dtype: dtype, shape: shape, data: Data(bytes[range]), offset: range.lowerBound)
            }
        }
    }

    /// Writes the file with its tensors in the order that they had.
    public func write(to url: URL) throws {
        var header: [String: Any] = [:]
        var data = Data()
        for (name, tensor) in tensors.sorted(by: { ($0.value.offset, $0.key) < ($1.value.offset, $1.key) }) {
            let end = data.count + tensor.data.count
            header[name] = ["dtype": tensor.dtype, "shape": tensor.shape, "data_offsets": [data.count, end]]
            data += tensor.data
        }
        if let metadata { header["__metadata__"] = metadata }
        var text = try JSONSerialization.data(withJSONObject: header)
        while (8 + text.count) % 64 != misalignment { text.append(UInt8(ascii: " ")) }
        let length = (0..<8).map { UInt8(text.count >> (8 * $0) & 0xFF) }
        try (Data(length) + text + data).write(to: url)
    }
}
