/// Up to 16 rows of bytes, as columns: `[byteCount, 16]`.
final class TransposedRows {
    let bytes: UnsafeMutableRawPointer
    private let byteCount: Int

    init(byteCount: Int) {
        self.byteCount = byteCount
        // Whole blocks, and all of them written to, for those beyond the rows are read.
        let size = (byteCount + ByteBlock.side - 1) / ByteBlock.side * ByteBlock.side * ByteBlock.side
        bytes = .allocate(byteCount: size, alignment: 16)
        bytes.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    }

    deinit { bytes.deallocate() }

    /// Takes `count` successive rows.
    func read(_ rows: UnsafeRawPointer, count: Int) {
        let side = ByteBlock.side
        let end = count == side ? byteCount & ~(side - 1) : 0
        for column in stride(from: 0, to: end, by: side) {
            ByteBlock.transpose(rows + column, sourceStride: byteCount, into: bytes + column * side, targetStride: side)
        }
        for row in 0..<count {
            for column in end..<byteCount {
                bytes.storeBytes(
                    of: rows.load(fromByteOffset: row &* byteCount &+ column, as: UInt8.self),
                    toByteOffset: column &* side &+ row, as: UInt8.self)
            }
        }
    }

    /// Writes `count` successive rows.
    func write(to rows: UnsafeMutableRawPointer, count: Int) {
        let side = ByteBlock.side
        let end = count == side ? byteCount & ~(side - 1) : 0
        for column in stride(from: 0, to: end, by: side) {
            ByteBlock.transpose(bytes + column * side, sourceStride: side, into: rows + column, targetStride: byteCount)
        }
        for row in 0..<count {
            for column in end..<byteCount {
                rows.storeBytes(
                    of: bytes.load(fromByteOffset: column &* side &+ row, as: UInt8.self),
                    toByteOffset: row &* byteCount &+ column, as: UInt8.self)
            }
        }
    }
}
