/// Makes mutated PNGs pass libpng's checksums.
enum PNGChecksums {
    /// The same chunks, each with the checksum of what it holds.
    static func corrected(_ input: [UInt8]) -> [UInt8] {
        var result = input
        var offset = 8  // after the signature
        while offset + 12 <= result.count {
            let length = result[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
            let end = offset + 8 + length
            guard end + 4 <= result.count else { break }
            let checksum = crc32(result[offset + 4..<end])
            for byte in 0..<4 { result[end + byte] = UInt8(truncatingIfNeeded: checksum >> (24 - 8 * byte)) }
            offset = end + 4
        }
        return result
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }

    private static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        ~bytes.reduce(UInt32.max) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
    }
}
