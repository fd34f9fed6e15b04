/// The alphabet of byte-level BPE: a printable character for each byte, as GPT-2 introduced it.
///
/// The bytes 33-126, 161-172 and 174-255 are written as the characters with these numbers; the other 68 take U+0100 and up,
/// in order, so that a space is written `Ġ` and a line feed `Ċ`.
enum ByteAlphabet {
    /// The character of each byte.
    static let scalars: [Unicode.Scalar] = {
        var next: UInt8 = 0
        return (0...UInt8.max).map { byte in
            switch byte {
            case 33...126, 161...172, 174...255: return Unicode.Scalar(byte)
            default:
                defer { next += 1 }
                return Unicode.Scalar(UInt16(0x100) + UInt16(next)) ?? "\u{FFFD}"
            }
        }
    }()

    /// The byte of each character with a number below `0x144`, and -1 for characters that are not of the alphabet.
    private static let bytes: [Int16] = {
        var bytes: [Int16] = Array(repeating: -1, count: 0x144)
        for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar.value)] = Int16(byte) }
        return bytes
    }()

    /// The byte of a character, or `nil` when it is not of the alphabet.
    static func byte(of scalar: Unicode.Scalar) -> UInt8? {
        scalar.value < 0x144 ? UInt8(exactly: bytes[Int(scalar.value)]) : nil
    }

    /// Bytes, written in the alphabet.
    static func spelling(of bytes: some Sequence<UInt8>) -> String {
        var spelling = String.UnicodeScalarView()
        for byte in bytes { spelling.append(scalars[Int(byte)]) }
        return String(spelling)
    }

    /// The bytes of a token: those of its characters, or its UTF-8 when it has a character
    /// that is not of the alphabet, as an added token may.
    static func appendBytes(of token: String, to target: inout [UInt8]) {
        let start = target.count
        for scalar in token.unicodeScalars {
            guard let byte = byte(of: scalar) else {
                target.removeSubrange(start...)
                target.append(contentsOf: token.utf8)
                return
            }
            target.append(byte)
        }
    }
}
