import CaptionerFiles
import SystemPackage

/// A file of NumPy, `.npy`, that grows by rows: float16, little-endian, `[rows, width]`.
final class FloatArrayLog {
    let log: OutputLog
    private let width: Int
    private static let headerSize = 128

    var path: FilePath { log.path }
    private var rowSize: Int { width * MemoryLayout<UInt16>.size }

    /// - Throws: `FileError.unwritableOutput`.
    init(_ path: FilePath, width: Int) throws {
        log = try OutputLog(path: path)
        self.width = width
    }

    /// Whether at least this number of rows is there.
    func hasRows(_ count: Int) -> Bool { count == 0 || log.prefix.byteCount >= Self.headerSize + count * rowSize }

    /// Cuts it off after this number of rows; until it is finished its header says that there are none.
    func truncate(_ count: Int) throws {
        if count == 0 {
            try log.truncate(to: FilePrefix())
            try log.append(header(0))
        } else {
            try log.truncate(to: FilePrefix(byteCount: Self.headerSize + count * rowSize))
            try log.replaceBeginning(header(0))
        }
    }

    func append(_ rows: [[Float]]) throws {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(rows.count * rowSize)
        for number in rows.joined() {
            let bits = Float16(number).bitPattern
            bytes += [UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8)]
        }
        try log.append(bytes)
    }

    func finish(_ count: Int) throws { try log.replaceBeginning(header(count)) }

    /// Version 1.0 of the format, padded with blanks to its size.
    private func header(_ count: Int) -> [UInt8] {
        let magic: [UInt8] = [0x93] + "NUMPY".utf8 + [1, 0]
        let size = Self.headerSize - magic.count - 2
        let text = "{'descr': '<f2', 'fortran_order': False, 'shape': (\(count), \(width)), }"
        let padding = String(repeating: " ", count: max(0, size - text.utf8.count - 1))
        return magic + [UInt8(size & 0xFF), UInt8(size >> 8)] + (text + padding + "\n").utf8
    }
}
