import CaptionerFiles
import Foundation
import SystemPackage

/// A matrix in a file of numpy's (`.npy`), float16 or float32, mapped into memory.
struct NumpyMatrix: Sendable {
    let path: FilePath
    let rows: Int
    let columns: Int
    private let isHalf: Bool
    private let bytes: Data
    /// Where the first number is.
    private let start: Int

    /// - Throws: `FileError.unreadableFile`, also for a matrix of other numbers or in another order.
    init(_ path: FilePath) throws(FileError) {
        self.path = path
        do {
            bytes = try FileBytes.mapped(path)
        } catch {
            throw .unreadableFile(path, code: error.rawValue)
        }
        guard let (header, start) = Self.header(bytes) else {
            throw .unreadableFile(path, cause: "not a file of numpy (.npy)")
        }
        guard let type = Self.value("descr", header), let shape = Self.value("shape", header),
            let order = Self.value("fortran_order", header)
        else { throw .unreadableFile(path, cause: "its header does not say what it holds") }
        let sizes = shape.split(separator: ",").map { Int($0.trimmingCharacters(in: .whitespaces)) }
        guard ["<f2", "<f4"].contains(type), order == "False", sizes.count == 2, let rows = sizes[0],
            let columns = sizes[1], rows >= 0, columns > 0
        else {
            throw .unreadableFile(
                path, cause: "expected rows of float16 or float32, found \(type) of shape (\(shape))")
        }
        isHalf = type == "<f2"
        let (count, countOverflows) = rows.multipliedReportingOverflow(by: columns)
        let (size, sizeOverflows) = count.multipliedReportingOverflow(by: isHalf ? 2 : 4)
        if rows == 0, bytes.count > start {
            // So says `caption-images --embeddings` until its run is finished.
            throw .unreadableFile(
                path, cause: "it says that it has no rows, and numbers follow: what writes it is not finished")
        }
        guard !countOverflows, !sizeOverflows, bytes.count - start == size else {
            throw .unreadableFile(
                path, cause: "\(bytes.count - start) bytes of numbers, expected \(rows) x \(columns) of \(type)")
        }
        (self.rows, self.columns, self.start) = (rows, columns, start)
    }

    /// The header, a Python dictionary, and where the numbers begin.
    private static func header(_ bytes: Data) -> (text: String, end: Int)? {
        guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)), bytes.count >= 12 else { return nil }
        // The length takes two bytes in version 1, four in 2 and 3.
        let width = bytes[6] == 1 ? 2 : 4
        let length = bytes[8..<(8 + width)].reversed().reduce(0) { $0 << 8 | Int($1) }
        let end = 8 + width + length
        guard end <= bytes.count, let text = String(validating: bytes[(8 + width)..<end], as: UTF8.self) else {
            return nil
        }
        return (text, end)
    }

    /// What the header says of a name: between quotation marks, parentheses, or up to the comma.
    private static func value(_ name: String, _ header: String) -> String? {
        guard let found = header.range(of: "'\(name)':", options: .literal) else { return nil }
        let rest = header[found.upperBound...].drop { $0 == " " }
        switch rest.first {
        case "'": return String(rest.dropFirst().prefix { $0 != "'" })
        case "(": return String(rest.dropFirst().prefix { $0 != ")" })
        default: return String(rest.prefix { $0 != "," && $0 != "}" })
        }
    }

    /// Writes a row as float32, normalised to length 1.
    /// - Returns: whether it has a direction: not all zeros, all numbers finite.
    func copy(row: Int, to target: UnsafeMutablePointer<Float>) -> Bool {
        precondition(0..<rows ~= row, "NumpyMatrix: row \(row) of \(rows)")
        bytes.withUnsafeBytes { bytes in
            let place = start + row * columns * (isHalf ? 2 : 4)
            for column in 0..<columns {
                target[column] =
                    isHalf
                    ? Self.float(bytes.loadUnaligned(fromByteOffset: place + column * 2, as: UInt16.self))
                    : bytes.loadUnaligned(fromByteOffset: place + column * 4, as: Float.self)
            }
        }
        var sum: Float = 0
        for column in 0..<columns { sum += target[column] * target[column] }
        guard sum >= 1e-30, sum <= 1e30 else { return normalize(target) }
        let scale = 1 / sum.squareRoot()
        for column in 0..<columns { target[column] *= scale }
        return true
    }

    /// For numbers whose squares are too large or too small for float32.
    private func normalize(_ row: UnsafeMutablePointer<Float>) -> Bool {
        var sum = 0.0
        for column in 0..<columns { sum += Double(row[column]) * Double(row[column]) }
        guard sum > 0, sum.isFinite else { return false }
        let scale = 1 / sum.squareRoot()
        for column in 0..<columns { row[column] = Float(Double(row[column]) * scale) }
        return true
    }

    /// The value of a float16. Those that are not finite become NaN.
    @inline(__always)
    private static func float(_ half: UInt16) -> Float {
        // As float32 bits the number is 2^112 times too small, subnormal ones too.
        let magnitude = Float(bitPattern: UInt32(half & 0x7FFF) << 13) * 0x1p112
        let number = half & 0x7C00 == 0x7C00 ? .nan : magnitude
        return half & 0x8000 == 0 ? number : -number
    }
}
