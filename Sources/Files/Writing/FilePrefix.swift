import CaptionerZlib

/// The first bytes of a file: how many, and their checksum.
package struct FilePrefix: Sendable, Equatable {
    package private(set) var byteCount: Int
    /// CRC-32, that of gzip and of Python's `zlib.crc32`.
    package private(set) var checksum: UInt32

    package init(byteCount: Int = 0, checksum: UInt32 = 0) {
        self.byteCount = byteCount
        self.checksum = checksum
    }

    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        // Of no bytes at all there may be no address, for which zlib begins anew.
        guard !bytes.isEmpty else { return }
        byteCount += bytes.count
        checksum = UInt32(
            truncatingIfNeeded: crc32_z(
                uLong(checksum), bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count))
    }

    package mutating func add(_ bytes: some Sequence<UInt8>) {
        let isAdded: Void? = bytes.withContiguousStorageIfAvailable { add(UnsafeRawBufferPointer($0)) }
        if isAdded == nil { Array(bytes).withUnsafeBytes { add($0) } }
    }
}
