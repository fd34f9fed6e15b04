/// The palette of a BMP. One of greys in ascending order, or of black and white, counts as none, as in Pillow: pixels are
/// then read as greys of eight bits or one, whatever the header says.
struct BMPPalette {
    let colors: IndexedColors
    /// Of a pixel.
    let bits: Int
    let byteCount: Int

    /// - Throws: `ImageError.corrupt`, `.unsupportedFeature`.
    init(_ fields: BMPFields) throws(ImageError) {
        let (count, size) = (fields.colorCount, fields.entrySize)
        guard 1...65_536 ~= count else {
            throw .unsupportedFeature(format: "BMP", feature: "a palette of \(count) colours")
        }
        let bytes = fields.reader.slice(at: fields.paletteOffset, length: count * size)
        byteCount = bytes.count
        let greys = count == 2 ? [0, 255] : (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let isGrey = greys.enumerated().allSatisfy { index, grey in
            let entry = bytes.dropFirst(index * size).prefix(3)
            return entry.count == 3 && entry.allSatisfy { $0 == grey }
        }
        guard !isGrey else {
            bits = count <= 2 ? 1 : 8
            // What is not black is white, also of runs, which can have any index.
            let blackAndWhite = [0, 0, 0] + [UInt8](repeating: 255, count: 765)
            colors = count <= 2 ? IndexedColors(blackAndWhite) : IndexedColors()
            return
        }
        guard bytes.count / size <= 256 else {
            throw .corrupt(format: "BMP", cause: "a palette of \(bytes.count / size) colours")
        }
        bits = fields.bits
        var palette: [UInt8] = []
        for start in stride(from: 0, to: bytes.count / size * size, by: size) {
            palette += [bytes[start + 2], bytes[start + 1], bytes[start]]
        }
        colors = IndexedColors(palette)
    }
}
