/// What precedes the pixels of a BMP, read as Pillow's `BmpImagePlugin` reads it.
struct BMPHeader {
    /// How pixels are stored.
    enum Pixels: Equatable {
        /// Indices of this many bits, 1, 4 or 8, the first in the high bits.
        case indices(bits: Int)
        /// Little endian in two bytes, blue in the low five bits, then `greenBits` of green.
        case packed(greenBits: Int)
        /// This many bytes, and the places of red, green and blue among them.
        case bytes(Int, red: Int, green: Int, blue: Int)
        /// Indices in runs.
        case runs(bits: Int)
    }

    let width: Int
    let height: Int
    let pixels: Pixels
    /// Of indices.
    let colors: IndexedColors
    let isTopDown: Bool
    /// Where the first row begins, and how many bytes it is from row to row.
    let dataOffset: Int
    let stride: Int

    /// - Throws: `ImageError.corrupt`, `.unsupportedFeature`.
    init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
        let fields = try BMPFields(ByteReader(bytes: bytes))
        (width, height, isTopDown) = (fields.width, fields.height, fields.isTopDown)
        guard width > 0, height > 0 else { throw .corrupt(format: "BMP", cause: "\(width) x \(height) pixels") }
        var dataOffset = fields.dataOffset
        if fields.bits <= 8, dataOffset == 14 + fields.headerSize { dataOffset += fields.entrySize * fields.colorCount }
        stride = ((width * fields.bits + 31) / 8) & ~3
        switch fields.bits {
        case 1, 4, 8:
            guard fields.compression != .bitFields else { throw Self.unsupported("bit fields in \(fields.bits) bits") }
            let palette = try BMPPalette(fields)
            colors = palette.colors
            pixels =
                fields.compression == .none ? .indices(bits: palette.bits) : .runs(bits: fields.compression.runBits)
            self.dataOffset = dataOffset == 0 ? fields.paletteOffset + palette.byteCount : dataOffset
        case 16, 24, 32:
            colors = IndexedColors()
            pixels = try Self.pixels(fields)
            self.dataOffset = dataOffset == 0 ? fields.paletteOffset : dataOffset
        default: throw Self.unsupported("\(fields.bits) bits for a pixel")
        }
    }

    private static func pixels(_ fields: BMPFields) throws(ImageError) -> Pixels {
        switch (fields.bits, fields.compression, fields.masks) {
        case (16, .none, _), (16, .bitFields, .some((0x7C00, 0x3E0, 0x1F, _))): .packed(greenBits: 5)
        case (16, .bitFields, .some((0xF800, 0x7E0, 0x1F, _))): .packed(greenBits: 6)
        case (24, .none, _), (24, .bitFields, .some((0xFF_0000, 0xFF00, 0xFF, _))):
            .bytes(3, red: 2, green: 1, blue: 0)
        case (32, .none, _), (32, .bitFields, .some((0xFF_0000, 0xFF00, 0xFF, 0))),
            (32, .bitFields, .some((0xFF_0000, 0xFF00, 0xFF, 0xFF00_0000))), (32, .bitFields, .some((0, 0, 0, 0))):
            .bytes(4, red: 2, green: 1, blue: 0)
        case (32, .bitFields, .some((0xFF00_0000, 0xFF_0000, 0xFF00, 0))),
            (32, .bitFields, .some((0xFF00_0000, 0xFF_0000, 0xFF00, 0xFF))):
            .bytes(4, red: 3, green: 2, blue: 1)
        case (32, .bitFields, .some((0xFF00_0000, 0xFF00, 0xFF, 0))),
            (32, .bitFields, .some((0xFF00_0000, 0xFF00, 0xFF, 0xFF_0000))):
            .bytes(4, red: 3, green: 1, blue: 0)
        case (32, .bitFields, .some((0xFF, 0xFF00, 0xFF_0000, 0xFF00_0000))): .bytes(4, red: 0, green: 1, blue: 2)
        case (_, .bitFields, _): throw unsupported("this layout of bit fields")
        default: throw unsupported("runs of \(fields.bits) bits for a pixel")
        }
    }

    private static func unsupported(_ feature: String) -> ImageError {
        .unsupportedFeature(format: "BMP", feature: feature)
    }
}
