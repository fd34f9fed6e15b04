/// The order of a pixel's 8-bit samples in memory.
public enum PixelFormat: String, Sendable, CaseIterable {
    /// Red, green, blue.
    case rgb
    /// Blue, green, red.
    case bgr
    /// Red, green, blue, alpha.
    case rgba
    /// Blue, green, red, alpha, the order of cameras on Apple's systems.
    case bgra
    /// Alpha, red, green, blue.
    case argb
    /// Alpha, blue, green, red.
    case abgr
    /// One sample, the value of red, green and blue.
    case gray

    /// The number of bytes of a pixel.
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
    /// An image of pixels in memory, such as those of a camera, a window or another library.
    ///
    /// Alpha is ignored, as by Pillow's `convert("RGB")`: colours are neither multiplied nor divided by it.
    /// - Parameters:
    ///   - width: the number of pixels in a row.
    ///   - height: the number of rows, the top one first.
    ///   - bytesPerRow: the distance between the starts of two rows; nil for rows without padding.
    ///   - format: the order of a pixel's samples.
    ///   - bytes: the rows, which are copied. The last row needs no padding.
    /// - Throws: `ImageError.invalidPixels` for a size that is not positive, or too few bytes for the sizes.
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
