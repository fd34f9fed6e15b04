/// Integers out of untrusted bytes: whatever lies outside is `nil`, never a trap.
struct ByteReader {
    let bytes: UnsafeRawBufferPointer

    var count: Int { bytes.count }

    func byte(at offset: Int) -> UInt8? {
        bytes.indices.contains(offset) ? bytes[offset] : nil
    }

    func uint16(at offset: Int, bigEndian: Bool = true) -> UInt16? {
        integer(UInt16.self, at: offset, bigEndian: bigEndian)
    }

    func uint32(at offset: Int, bigEndian: Bool = true) -> UInt32? {
        integer(UInt32.self, at: offset, bigEndian: bigEndian)
    }

    /// The `length` bytes from `offset` on, as far as there are any.
    func slice(at offset: Int, length: Int) -> UnsafeRawBufferPointer {
        guard offset >= 0, length > 0, offset < count else { return UnsafeRawBufferPointer(rebasing: bytes[..<0]) }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + min(length, count - offset))])
    }

    /// An integer of any width.
    func integer<Integer: FixedWidthInteger & BitwiseCopyable>(
        _ type: Integer.Type, at offset: Int, bigEndian: Bool
    ) -> Integer? {
        guard offset >= 0, offset <= count - MemoryLayout<Integer>.size else { return nil }
        let value = bytes.loadUnaligned(fromByteOffset: offset, as: type)
        return bigEndian ? Integer(bigEndian: value) : Integer(littleEndian: value)
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes begin with those of `prefix`.
    func starts(with prefix: StaticString) -> Bool {
        count >= prefix.utf8CodeUnitCount
            && prefix.withUTF8Buffer { self[..<prefix.utf8CodeUnitCount].elementsEqual($0) }
    }
}
