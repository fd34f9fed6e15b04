/// A JPEG marker: what follows a byte 0xFF.
struct JPEGMarker: Equatable {
    let code: UInt8

    static let endOfImage = JPEGMarker(code: 0xD9)
    static let startOfScan = JPEGMarker(code: 0xDA)
    static let application1 = JPEGMarker(code: 0xE1)

    /// Whether neither length nor payload follows: TEM, restart markers, a repeated start of image.
    var standsAlone: Bool { code == 0x01 || (0xD0...0xD8).contains(code) }

    /// SOF0 to SOF15, between which DHT, JPG and DAC have their codes.
    var startsFrame: Bool { (0xC0...0xCF).contains(code) && code != 0xC4 && code != 0xC8 && code != 0xCC }

    /// The next marker, `offset` left after it. What is none is skipped: fill bytes, junk and coded data.
    static func next(in reader: ByteReader, at offset: inout Int) -> JPEGMarker? {
        var follows = false
        while let byte = reader.byte(at: offset) {
            offset += 1
            if byte == 0xFF {
                follows = true
            } else if follows, byte != 0 {
                return JPEGMarker(code: byte)
            } else {
                follows = false
            }
        }
        return nil
    }
}
