import CaptionerCheckpoints
import CaptionerTensorCore
import Foundation
import TestSupport

/// safetensors, from a file to the floats of every tensor.
enum SafetensorsFuzzing {
    private static let folder = ScratchFolder()

    static func run(_ input: [UInt8]) {
        read(input)
        // Hardly any change to a header would keep its length and that of the data right.
        if let consistent = consistent(input) { read(consistent) }
    }

    private static func read(_ file: [UInt8]) {
        folder.write(file, as: "model.safetensors")
        guard let checkpoint = try? Checkpoint(folder: folder.url) else { return }
        let weights = checkpoint.weights()
        var total = 0
        for tensor in checkpoint.tensors {
            guard let parameter = try? weights.parameter(tensor.name, shape: tensor.shape) else { continue }
            finding(unless: parameter.count == tensor.count, "\(parameter.count) floats of \(tensor.count)")
            // Tensors of no elements may have any shape, and those of types without use become zeros of any size.
            guard tensor.dataType.isUsableAsParameter else { continue }
            var sum: Float = 0
            for value in parameter.floats { sum += value }
            total += parameter.count + (sum == 0 ? 0 : 1)
            _ = try? weights.parameter(tensor.name, shape: tensor.shape + [2])
        }
        finding(unless: total <= 2 * file.count, "\(total) floats out of \(file.count) bytes")
        _ = weights.report().problemDescription()
    }

    /// A file with the header of `input`, its length put right, and as many bytes of data as the header speaks of.
    private static func consistent(_ input: [UInt8]) -> [UInt8]? {
        guard input.count > 8, let end = endOfObject(input) else { return nil }
        let header = input[8..<end]
        let dataCount = lastOffset(header)
        guard (0...1 << 16).contains(dataCount) else { return nil }
        var file = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
        file += header
        file += input[end...].prefix(dataCount)
        file += Array(repeating: 0x3C, count: dataCount - min(dataCount, input.count - end))
        return file
    }

    /// Where the brace that opens a header is closed.
    private static func endOfObject(_ input: [UInt8]) -> Int? {
        var depth = 0
        for index in 8..<input.count {
            if input[index] == UInt8(ascii: "{") { depth += 1 }
            if input[index] == UInt8(ascii: "}") { depth -= 1 }
            if depth == 0 { return depth == 0 && index > 8 ? index + 1 : nil }
        }
        return nil
    }

    /// The largest number that ends an array of two, as data offsets do.
    private static func lastOffset(_ header: ArraySlice<UInt8>) -> Int {
        String(decoding: header, as: UTF8.self).split(separator: "]")
            .compactMap { $0.split(separator: ",").last.flatMap { Int($0) } }.max() ?? 0
    }
}
