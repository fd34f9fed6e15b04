import CaptionerWebP

/// The first frame of a WebP to RGB, through the decoder of animations, as Pillow reads all WebPs.
enum WebPDecoder {
    /// A transparent pixel has the colour that is stored for it, and what the frame does not cover is black.
    /// - Throws: `ImageError.corrupt` when the file is cut or broken: libwebp then gives up all of it.
    static func decode(_ bytes: UnsafeRawBufferPointer, header: WebPHeader) throws(ImageError) -> RGBImage {
        var data = WebPData()
        data.bytes = bytes.bindMemory(to: UInt8.self).baseAddress
        data.size = bytes.count
        // It keeps the address of the bytes, and not that of `data`.
        guard let decoder = WebPAnimDecoderNew(&data, nil) else { throw failure(bytes, header) }
        defer { WebPAnimDecoderDelete(decoder) }
        var information = WebPAnimInfo()
        guard WebPAnimDecoderGetInfo(decoder, &information) != 0,
            information.canvas_width == header.width, information.canvas_height == header.height
        else { throw failure(bytes, header) }
        var canvas: UnsafeMutablePointer<UInt8>?
        var time: Int32 = 0
        guard WebPAnimDecoderGetNext(decoder, &canvas, &time) != 0, let canvas else { throw failure(bytes, header) }
        let pixelCount = header.width * header.height
        let samples = [UInt8](unsafeUninitializedCapacity: pixelCount * 3) { rgb, initializedCount in
            for pixel in 0..<pixelCount {
                for channel in 0..<3 { rgb[3 * pixel + channel] = canvas[4 * pixel + channel] }
            }
            initializedCount = pixelCount * 3
        }
        var features = WebPBitstreamFeatures()
        let hasAlpha = WebPGetFeatures(data.bytes, data.size, &features) == VP8_STATUS_OK && features.has_alpha != 0
        let alpha = hasAlpha ? (0..<pixelCount).map { canvas[4 * $0 + 3] } : nil
        return RGBImage(decodedWidth: header.width, height: header.height, bytes: samples, alpha: alpha)
    }

    /// libwebp names no cause.
    private static func failure(_ bytes: UnsafeRawBufferPointer, _ header: WebPHeader) -> ImageError {
        let isCut = bytes.count < header.statedByteCount
        return .corrupt(
            format: "WebP",
            cause: isCut
                ? "it ends after \(bytes.count) of \(header.statedByteCount) bytes" : "libwebp cannot decode it")
    }
}
