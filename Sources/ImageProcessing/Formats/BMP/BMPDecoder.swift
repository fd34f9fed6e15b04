/// The pixels of a BMP to RGB.
enum BMPDecoder {
    /// Decodes as many rows as there are; the others stay black, or have the colour of index 0.
    /// - Throws: `ImageError.corrupt` when not a single row can be had, and when runs end early.
    static func decode(_ bytes: UnsafeRawBufferPointer, header: BMPHeader) throws(ImageError) -> RGBImage {
        if case .runs(let bits) = header.pixels {
            var runs = BMPRuns(bytes, header: header, bits: bits)
            let indices = try runs.read()
            return indices.withUnsafeBytes { bytes in
                image(header) { row in Row(bytes: bytes, offset: row * header.width) }
            }
        }
        let length = header.rowByteCount
        guard length <= header.stride else {
            throw .corrupt(format: "BMP", cause: "rows of \(header.stride) bytes for \(header.width) pixels")
        }
        let available = bytes.count - header.dataOffset
        let rowCount = available < length ? 0 : min((available - length) / header.stride + 1, header.height)
        guard rowCount > 0 else { throw .corrupt(format: "BMP", cause: "it ends before the first row") }
        return image(header) { row in
            row < rowCount ? Row(bytes: bytes, offset: header.dataOffset + row * header.stride) : nil
        }
    }

    /// The bytes of a row, and what follows.
    private struct Row {
        let bytes: UnsafeRawBufferPointer
        let offset: Int
    }

    /// - Parameter row: a row, counted as they are stored.
    private static func image(_ header: BMPHeader, row: (Int) -> Row?) -> RGBImage {
        let (width, height) = (header.width, header.height)
        var isTruncated = false
        let samples = [UInt8](unsafeUninitializedCapacity: width * height * 3) { rgb, initializedCount in
            guard let target = rgb.baseAddress else { return }
            let missing = [UInt8](repeating: 0, count: header.rowByteCount)
            for stored in 0..<height {
                let place = target + (header.isTopDown ? stored : height - 1 - stored) * width * 3
                if let row = row(stored) {
                    header.convert(row.bytes, at: row.offset, to: place)
                } else {
                    isTruncated = true
                    missing.withUnsafeBytes { header.convert($0, at: 0, to: place) }
                }
            }
            initializedCount = rgb.count
        }
        return RGBImage(
            decodedWidth: width, height: height, bytes: samples, note: isTruncated ? RGBImage.truncationNote : nil,
            isTruncated: isTruncated)
    }
}

extension BMPHeader {
    /// The bytes of a row that hold pixels.
    var rowByteCount: Int {
        switch pixels {
        case .indices(let bits): (width * bits + 7) / 8
        case .packed: width * 2
        case .bytes(let count, _, _, _): width * count
        case .runs: width
        }
    }

    /// Converts a row to RGB, `[W, 3]`.
    func convert(_ bytes: UnsafeRawBufferPointer, at offset: Int, to rgb: UnsafeMutablePointer<UInt8>) {
        switch pixels {
        case .indices(let bits):
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: width) { indices in
                let mask = UInt8(truncatingIfNeeded: (1 << bits) - 1)
                for pixel in 0..<width {
                    let bit = pixel * bits
                    indices[pixel] = bytes[offset + bit / 8] >> UInt8(8 - bits - bit % 8) & mask
                }
                colors.convert(UnsafeBufferPointer(indices), to: rgb)
            }
        case .packed(let greenBits):
            let greens = (1 << greenBits) - 1
            for pixel in 0..<width {
                let value = Int(bytes[offset + 2 * pixel]) | Int(bytes[offset + 2 * pixel + 1]) << 8
                rgb[3 * pixel] = UInt8(truncatingIfNeeded: (value >> (5 + greenBits) & 31) * 255 / 31)
                rgb[3 * pixel + 1] = UInt8(truncatingIfNeeded: (value >> 5 & greens) * 255 / greens)
                rgb[3 * pixel + 2] = UInt8(truncatingIfNeeded: (value & 31) * 255 / 31)
            }
        case .bytes(let count, let red, let green, let blue):
            for pixel in 0..<width {
                let start = offset + pixel * count
                rgb[3 * pixel] = bytes[start + red]
                rgb[3 * pixel + 1] = bytes[start + green]
                rgb[3 * pixel + 2] = bytes[start + blue]
            }
        case .runs:
            colors.convert(
                UnsafeBufferPointer(rebasing: bytes.bindMemory(to: UInt8.self)[offset..<(offset + width)]), to: rgb)
        }
    }
}
