import CaptionerFiles
import CaptionerJSON
package import SystemPackage

/// Writes safetensors files as the `safetensors` library lays them out: tensors by falling alignment, then by name, the
/// header padded to a multiple of 8 bytes.
package enum SafetensorsWriter {
    /// A tensor to write: its sizes, outermost first, and its elements, row-major.
    package enum Tensor: Sendable {
        case float32(shape: [Int], values: [Float])
        case int64(shape: [Int], values: [Int64])
    }

    /// Writes a file in one step: it appears complete under its name, or not at all.
    /// - Parameters:
    ///   - tensors: in any order. No name may appear twice, and the number of values has to fit the shape.
    ///   - metadata: free text for the header.
    ///   - path: the file. One that is there already is replaced; a device or a pipe is written in place.
    /// - Throws: `CheckpointError.unwritable`.
    package static func write(
        _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = [:], to path: FilePath
    ) throws(CheckpointError) {
        do {
            try FileBytes.write(bytes(tensors, metadata: metadata), to: path)
        } catch let error as Refusal {
            throw .unwritable(file: path.escaped, cause: error.cause)
        } catch let error as Errno {
            throw .unwritable(path, error.rawValue)
        } catch {
            throw .unwritable(file: path.escaped, cause: "\(error)")
        }
    }

    private struct Refusal: Error { let cause: String }

    private static func bytes(_ tensors: [(name: String, tensor: Tensor)], metadata: [String: String]) throws(Refusal)
        -> [UInt8]
    {
        var names: Set<ExactString> = []
        for (name, tensor) in tensors {
            guard name != "__metadata__" else { throw Refusal(cause: "no tensor can have the name \"\(name)\"") }
            guard names.insert(ExactString(name)).inserted else {
                throw Refusal(cause: "two tensors have the name \"\(name)\"")
            }
            guard tensor.dataType.byteCount(shape: tensor.shape) == tensor.byteCount else {
                throw Refusal(cause: "tensor \"\(name)\" of shape \(tensor.shape) got \(tensor.count) values")
            }
        }
        let sorted = tensors.sorted { left, right in
            left.tensor.dataType.bitWidth != right.tensor.dataType.bitWidth
                ? left.tensor.dataType.bitWidth > right.tensor.dataType.bitWidth
                : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }
        let header = header(
            sorted.map {
                Entry(
                    name: $0.name, dataType: $0.tensor.dataType, shape: $0.tensor.shape, byteCount: $0.tensor.byteCount)
            }, metadata: metadata)
        var bytes = header
        bytes.reserveCapacity(header.count + sorted.reduce(0) { $0 + $1.tensor.byteCount })
        for (_, tensor) in sorted { tensor.append(to: &bytes) }
        return bytes
    }

    /// A tensor as the header names it.
    struct Entry {
        let name: String
        let dataType: DataType
        let shape: [Int]
        let byteCount: Int
    }

    /// The header of tensors that follow each other, its length before it.
    /// - Parameter alignment: of the first tensor in the file, in bytes; a multiple of 8.
    static func header(_ tensors: [Entry], metadata: [String: String], alignment: Int = 8) -> [UInt8] {
        var entries: [String] = []
        if !metadata.isEmpty {
            let texts = metadata.sorted { ExactString($0.key) < ExactString($1.key) }.map {
                "\(quoted($0.key)):\(quoted($0.value))"
            }
            entries.append("\"__metadata__\":{\(texts.joined(separator: ","))}")
        }
        var offset = 0
        for tensor in tensors {
            let end = offset + tensor.byteCount
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            entries.append(
                "\(quoted(tensor.name)):{\"dtype\":\"\(tensor.dataType.rawValue)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}"
            )
            offset = end
        }
        var text = Array("{\(entries.joined(separator: ","))}".utf8)
        let rest = (8 + text.count) % alignment
        if rest > 0 { text += Array(repeating: UInt8(ascii: " "), count: alignment - rest) }
        return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\u{08}": quoted += "\\b"
            case "\u{0C}": quoted += "\\f"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\0"..<" ":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension SafetensorsWriter.Tensor {
    fileprivate var dataType: DataType {
        switch self {
        case .float32: .float32
        case .int64: .int64
        }
    }

    fileprivate var shape: [Int] {
        switch self {
        case .float32(let shape, _), .int64(let shape, _): shape
        }
    }

    fileprivate var count: Int {
        switch self {
        case .float32(_, let values): values.count
        case .int64(_, let values): values.count
        }
    }

    fileprivate var byteCount: Int { count * dataType.bitWidth / 8 }

    fileprivate func append(to bytes: inout [UInt8]) {
        switch self {
        case .float32(_, let values):
            values.map(\.bitPattern.littleEndian).withUnsafeBytes { bytes.append(contentsOf: $0) }
        case .int64(_, let values):
            values.map(\.littleEndian).withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
    }
}
