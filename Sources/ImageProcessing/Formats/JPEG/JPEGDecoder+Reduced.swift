import CaptionerTurboJPEG

extension JPEGDecoder {
    /// Decodes an image that will be made small, its longer side no less than `size` pixels. Pixels are those of no other
    /// library, and a cut-off file is grey where it ends. Nil where nothing has to be reduced, or where libjpeg cannot:
    /// lossless files, and those that it gives up on.
    static func reduced(
        _ bytes: UnsafeRawBufferPointer, header: JPEGHeader, atLeast size: Int
    ) -> RGBImage? {
        // Of the factors that TurboJPEG has, these are the quick ones.
        guard let divisor = [8, 4, 2].first(where: { max(header.width, header.height) / $0 >= size }),
            let handle = tjInitDecompress()
        else { return nil }
        defer { tjDestroy(handle) }
        let format = header.componentCount == 4 ? TJPF_CMYK : TJPF_RGB
        let width = (header.width + divisor - 1) / divisor
        let height = (header.height + divisor - 1) / divisor
        let rowByteCount = width * (header.componentCount == 4 ? 4 : 3)
        var samples = [UInt8](repeating: 128, count: rowByteCount * height)
        let status = samples.withUnsafeMutableBufferPointer { samples in
            tjDecompress2(
                handle, bytes.bindMemory(to: UInt8.self).baseAddress, UInt(bytes.count), samples.baseAddress,
                Int32(width), Int32(rowByteCount), Int32(height), Int32(format.rawValue), TJFLAG_LIMITSCANS)
        }
        // What is only a warning leaves an image to look at.
        guard status == 0 || tjGetErrorCode(handle) == TJERR_WARNING.rawValue else { return nil }
        return RGBImage(
            decodedWidth: width, height: height,
            bytes: header.componentCount == 4 ? CMYKConversion.rgb(invertedCMYK: samples) : samples)
    }
}
