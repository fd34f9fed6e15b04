#if canImport(CoreGraphics)
    public import CoreGraphics

    extension ImageSource {
        /// A decoded image of Core Graphics. It is drawn in sRGB, over black where it is transparent.
        /// - Throws: `CaptionFailure` if the image has no pixels, or there is no memory for them.
        public static func image(_ image: CGImage) throws -> ImageSource {
            let (width, height) = (image.width, image.height)
            guard let space = CGColorSpace(name: CGColorSpace.sRGB),
                let context = CGContext(
                    data: nil, width: width, height: height, bitsPerComponent: 8, bytesPerRow: 0, space: space,
                    bitmapInfo: CGImageAlphaInfo.noneSkipLast.rawValue)
            else {
                throw CaptionFailure(stage: .decode, message: "an image of \(width) x \(height) pixels cannot be drawn")
            }
            context.draw(image, in: CGRect(x: 0, y: 0, width: width, height: height))
            guard let pixels = context.data else {
                throw CaptionFailure(stage: .decode, message: "an image of \(width) x \(height) pixels cannot be drawn")
            }
            let bytes = UnsafeRawBufferPointer(start: pixels, count: context.bytesPerRow * height)
            return .pixels(
                try RGBImage(
                    width: width, height: height, bytesPerRow: context.bytesPerRow, format: .rgba, bytes: bytes))
        }
    }
#endif

#if canImport(CoreVideo)
    public import CoreVideo

    extension ImageSource {
        /// A buffer of a camera or a video, with the pixel format 32BGRA, 32RGBA, 32ARGB, 32ABGR, 24RGB or 24BGR.
        /// - Throws: `CaptionFailure` for other pixel formats, or a buffer that cannot be read.
        public static func pixelBuffer(_ buffer: CVPixelBuffer) throws -> ImageSource {
            let formats: [OSType: PixelFormat] = [
                kCVPixelFormatType_32BGRA: .bgra, kCVPixelFormatType_32RGBA: .rgba, kCVPixelFormatType_32ARGB: .argb,
                kCVPixelFormatType_32ABGR: .abgr, kCVPixelFormatType_24RGB: .rgb, kCVPixelFormatType_24BGR: .bgr,
            ]
            let type = CVPixelBufferGetPixelFormatType(buffer)
            guard let format = formats[type] else {
                throw CaptionFailure(
                    stage: .decode, message: "pixel format \(type) is not read; ask the camera for 32BGRA")
            }
            guard CVPixelBufferLockBaseAddress(buffer, .readOnly) == kCVReturnSuccess else {
                throw CaptionFailure(stage: .decode, message: "a pixel buffer cannot be read")
            }
            defer { CVPixelBufferUnlockBaseAddress(buffer, .readOnly) }
            let bytes = UnsafeRawBufferPointer(
                start: CVPixelBufferGetBaseAddress(buffer), count: CVPixelBufferGetDataSize(buffer))
            return .pixels(
                try RGBImage(
                    width: CVPixelBufferGetWidth(buffer), height: CVPixelBufferGetHeight(buffer),
                    bytesPerRow: CVPixelBufferGetBytesPerRow(buffer), format: format, bytes: bytes))
        }
    }
#endif
