/// PNG to RGB through libpng.
enum PNGDecoder {
    /// Decodes as many rows as there are. Pixels that the file does not hold keep the value 0 of their kind: black, or
    /// the first colour of the palette.
    /// - Parameter structure: of the same bytes, its sizes judged.
    /// - Throws: `ImageError.corrupt` with libpng's words when not a single row can be had.
    static func decode(_ bytes: UnsafeRawBufferPointer, structure: PNGStructure) throws(ImageError) -> RGBImage {
        guard let repaired = structure.repaired else {
            return try decode(bytes, width: structure.width, height: structure.height, isTruncated: false)
        }
        return try repaired.withUnsafeBytes { bytes in
            Result { () throws(ImageError) -> RGBImage in
                try decode(bytes, width: structure.width, height: structure.height, isTruncated: true)
            }
        }.get()
    }

    private static func decode(
        _ bytes: UnsafeRawBufferPointer, width: Int, height: Int, isTruncated: Bool
    ) throws(ImageError) -> RGBImage {
        var reader = try PNGReader(bytes)
        let pixels = PNGPixels(
            transparency: reader.transparency, colorType: reader.colorType, bitDepth: reader.bitDepth,
            palette: reader.palette)
        try reader.start(keeps16Bits: pixels.takes16Bits)
        guard reader.rowByteCount == width * pixels.sampleBytesPerPixel else {
            throw .corrupt(format: "PNG", cause: "rows of unexpected length")
        }
        let row = UnsafeMutablePointer<UInt8>.allocate(capacity: reader.rowByteCount)
        defer { row.deallocate() }
        // An image without a single row is none; only after the first is memory for all of them taken.
        try reader.readRow(into: row)

        var trouble: ImageError?
        var alpha = [UInt8](repeating: pixels.alphaOfMissing, count: pixels.hasAlpha ? width * height : 0)
        let samples = [UInt8](unsafeUninitializedCapacity: width * height * 3) { rgb, initializedCount in
            pixels.fill(rgb)
            initializedCount = rgb.count
            var isFirst = true
            let passes = reader.isInterlaced ? InterlacePass.adam7 : [InterlacePass.whole]
            do throws(ImageError) {
                for pass in passes where pass.columnCount(of: width) > 0 {
                    let columnCount = pass.columnCount(of: width)
                    for passRow in 0..<pass.rowCount(of: height) {
                        if !isFirst { try reader.readRow(into: row) }
                        isFirst = false
                        let start = (pass.firstRow + passRow * pass.rowStep) * width + pass.firstColumn
                        pixels.convert(
                            UnsafePointer(row), count: columnCount,
                            to: UnsafeMutableBufferPointer(rebasing: rgb[(start * 3)...]), step: pass.columnStep * 3)
                        guard pixels.hasAlpha else { continue }
                        pixels.convertAlpha(
                            UnsafePointer(row), count: columnCount, to: &alpha, start: start, step: pass.columnStep)
                    }
                }
            } catch {
                trouble = error
            }
        }
        let note = isTruncated ? RGBImage.truncationNote : trouble?.description
        // Greys of 16 bits Pillow converts without a look at their transparency.
        if case .color(let key) = reader.transparency, !pixels.takes16Bits {
            alpha = (0..<(width * height)).map { pixel in
                samples[(3 * pixel)..<(3 * pixel + 3)].elementsEqual(key) ? 0 : 255
            }
        }
        return RGBImage(
            decodedWidth: width, height: height, bytes: samples, alpha: alpha.isEmpty ? nil : alpha, note: note,
            isTruncated: isTruncated)
    }
}
