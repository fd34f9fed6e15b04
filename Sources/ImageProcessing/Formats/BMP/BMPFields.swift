/// The numbers in the headers of a BMP.
struct BMPFields {
    enum Compression: UInt32 {
        case none = 0
        case runs8 = 1
        case runs4 = 2
        case bitFields = 3

        var runBits: Int { self == .runs4 ? 4 : 8 }
    }

    let reader: ByteReader
    let dataOffset: Int
    let headerSize: Int
    let width: Int
    let height: Int
    let isTopDown: Bool
    let bits: Int
    let compression: Compression
    /// How many colours a palette has, and how many bytes each.
    let colorCount: Int
    let entrySize: Int
    /// Of red, green, blue and alpha, with bit fields.
    let masks: (UInt32, UInt32, UInt32, UInt32)?
    /// Where a palette begins.
    let paletteOffset: Int

    /// - Throws: `ImageError.corrupt`, `.unsupportedFeature`.
    init(_ reader: ByteReader) throws(ImageError) {
        self.reader = reader
        func number(_ offset: Int) throws(ImageError) -> UInt32 {
            guard let value = reader.uint32(at: offset, bigEndian: false) else { throw Self.truncated }
            return value
        }
        func short(_ offset: Int) throws(ImageError) -> Int {
            guard let value = reader.uint16(at: offset, bigEndian: false) else { throw Self.truncated }
            return Int(value)
        }
        dataOffset = Int(try number(10))
        headerSize = Int(try number(14))
        guard [12, 40, 52, 56, 64, 108, 124].contains(headerSize) else {
            throw .unsupportedFeature(format: "BMP", feature: "a header of \(headerSize) bytes")
        }
        var end = 14 + headerSize
        guard reader.count >= end else { throw Self.truncated }
        guard headerSize > 12 else {
            (width, height) = (try short(18), try short(20))
            bits = try short(24)
            (isTopDown, compression, entrySize, masks) = (false, .none, 3, nil)
            colorCount = Self.colorCount(0, bits: bits)
            paletteOffset = end
            return
        }
        width = Int(try number(18))
        let rows = try number(22)
        // Pillow takes a height for negative when its highest byte is 255.
        isTopDown = rows >> 24 == 0xFF
        height = isTopDown ? (1 << 32) - Int(rows) : Int(rows)
        bits = try short(28)
        let method = try number(30)
        guard let compression = Compression(rawValue: method) else {
            throw .unsupportedFeature(format: "BMP", feature: "compression \(method)")
        }
        self.compression = compression
        colorCount = Self.colorCount(Int(try number(46)), bits: bits)
        entrySize = 4
        if compression == .bitFields {
            // In old headers they follow the header.
            let alpha = headerSize >= 56 ? try number(66) : 0
            masks = (try number(54), try number(58), try number(62), alpha)
            if headerSize == 40 { end += 12 }
        } else {
            masks = nil
        }
        paletteOffset = end
    }

    private static func colorCount(_ count: Int, bits: Int) -> Int { count > 0 ? count : 1 << min(bits, 32) }

    private static let truncated = ImageError.corrupt(format: "BMP", cause: "it ends within its header")
}
