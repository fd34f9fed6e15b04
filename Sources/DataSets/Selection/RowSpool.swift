import CaptionerFiles
import Foundation
import SystemPackage

/// Rows in a file without a name, which are written one after the other and read in any order.
final class RowSpool {
    private let path: FilePath
    private let reading: FileHandle
    private let writing: FileHandle
    private var buffer = Data()
    private var byteCount = 0
    /// The rows that are there, ascending, and where each begins.
    private var rows: [Int32] = []
    private var starts: [Int] = []

    /// - Parameter output: in whose folder the file is; that for temporary files if it is a pipe or a device.
    /// - Throws: `FileError.unwritableOutput`.
    init(beside output: FilePath) throws {
        path = output
        let place =
            output.isSpecial
            ? FilePath(exactly: FileManager.default.temporaryDirectory.path).pushing("rows") : output.written
        do {
            let (temporary, descriptor) = try place.openedTemporary()
            defer { temporary.unlinked() }
            writing = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            let other = temporary.opened(O_RDONLY)
            guard other >= 0 else { throw FileError.unwritableOutput(output, code: errno) }
            reading = FileHandle(fileDescriptor: other, closeOnDealloc: true)
        } catch let error as Errno {
            throw FileError.unwritableOutput(output, code: error.rawValue)
        }
    }

    /// - Parameter row: above those before.
    /// - Throws: `FileError.unwritableOutput`.
    func append(_ bytes: [UInt8], as row: Int32) throws {
        rows.append(row)
        starts.append(byteCount)
        byteCount += bytes.count
        buffer += bytes
        if buffer.count >= 1 << 16 { try flush() }
    }

    private func flush() throws {
        try Task.checkCancellation()
        do {
            try FileBytes.append(Array(buffer), to: writing.fileDescriptor)
        } catch {
            throw FileError.unwritableOutput(path, code: error.rawValue)
        }
        buffer = Data()
    }

    /// Where a row is.
    private func place(of row: Int32) -> Range<Int> {
        var (low, high) = (0, rows.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if rows[middle] <= row { low = middle } else { high = middle }
        }
        precondition(low < rows.count && rows[low] == row, "RowSpool: row \(row) was not appended")
        return starts[low]..<(low + 1 < starts.count ? starts[low + 1] : byteCount)
    }

    /// Hands out rows, which are there, in an order.
    func read(_ rows: [Int32], _ body: ([UInt8]) throws -> Void) throws {
        try flush()
        for row in rows {
            let place = place(of: row)
            var bytes = [UInt8](repeating: 0, count: place.count)
            var filled = 0
            while filled < place.count {
                let count = bytes.withUnsafeMutableBytes {
                    pread(
                        reading.fileDescriptor, $0.baseAddress?.advanced(by: filled), place.count - filled,
                        off_t(place.lowerBound + filled))
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    throw FileError.unwritableOutput(path, cause: "rows written beside it cannot be read again")
                }
                filled += count
            }
            try body(bytes)
        }
    }
}
