/// The order in which a pixel's 8-bit samples are in memory.
public enum PixelFormat: String, Sendable, CaseIterable {
    /// Red, green, blue.
    case rgb
    /// Blue, green, red.
    case bgr
    /// Red, green, blue, alpha.
    case rgba
    /// Blue, green, red, alpha, as cameras of Apple's systems have it.
    case bgra
    /// Alpha, red, green, blue.
    case argb
    /// Alpha, blue, green, red.
    case abgr
    /// One sample, which is red, green and blue alike.
    case gray

    /// Bytes of a pixel.
    public var byteCount: Int {
        switch self {
        case .gray: 1
        case .rgb, .bgr: 3
        case .rgba, .bgra, .argb, .abgr: 4
        }
    }

    /// Where red, green and blue are among a pixel's bytes.
    var offsets: (red: Int, green: Int, blue: Int) {
        switch self {
        case .rgb, .rgba: (0, 1, 2)
        case .bgr, .bgra: (2, 1, 0)
        case .argb: (1, 2, 3)
        case .abgr: (3, 2, 1)
        case .gray: (0, 0, 0)
        }
    }
}

extension RGBImage {
    /// An image of pixels as cameras, windows and other libraries have them.
    ///
    /// Alpha is left out and not multiplied in, as Pillow's `convert("RGB")` leaves it out: colours that have been
    /// multiplied by it already stay so.
    /// - Parameters:
    ///   - width: pixels of a row.
    ///   - height: rows, the top one first.
    ///   - bytesPerRow: from the start of a row to that of the next; nil where they follow each other without a gap.
    ///   - format: the order of a pixel's samples.
    ///   - bytes: the rows; the last need not be filled up. They are copied.
    /// - Throws: `ImageError.invalidPixels` for sizes that are not positive, or too few bytes for them.
    public init(
        width: Int, height: Int, bytesPerRow: Int? = nil, format: PixelFormat, bytes: UnsafeRawBufferPointer
    ) throws(ImageError) {
        guard width > 0, height > 0 else {
            throw .invalidPixels(width: width, height: height, byteCount: bytes.count)
        }
        let (rowBytes, rowOverflow) = width.multipliedReportingOverflow(by: format.byteCount)
        let stride = bytesPerRow ?? rowBytes
        let (before, overflow) = stride.multipliedReportingOverflow(by: height - 1)
        let (needed, sumOverflow) = before.addingReportingOverflow(rowBytes)
        guard !rowOverflow, stride >= rowBytes, !overflow, !sumOverflow, needed <= bytes.count
        else {
            throw .invalidPixels(width: width, height: height, byteCount: bytes.count)
        }
        let (red, green, blue) = format.offsets
        let samples = [UInt8](unsafeUninitializedCapacity: width * height * 3) { target, count in
            var place = 0
            for row in 0..<height {
                var source = row * stride
                for _ in 0..<width {
                    target[place] = bytes[source + red]
                    target[place + 1] = bytes[source + green]
                    target[place + 2] = bytes[source + blue]
                    place += 3
                    source += format.byteCount
                }
            }
            count = place
        }
        self.init(decodedWidth: width, height: height, bytes: samples)
    }
}
