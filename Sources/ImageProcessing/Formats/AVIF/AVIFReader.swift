#if AVIF
    import CaptionerAVIF

    /// libavif's decoder over bytes in memory, set as Pillow sets it. Lives no longer than the bytes.
    final class AVIFReader {
        private let decoder: UnsafeMutablePointer<avifDecoder>

        /// Reads what precedes the pixels.
        /// - Parameter pixelCount: those of the image, where they will be decoded.
        /// - Throws: `ImageError.corrupt` with libavif's words.
        init(_ bytes: UnsafeRawBufferPointer, pixelCount: Int? = nil) throws(ImageError) {
            guard let decoder = avifDecoderCreate() else { throw Self.failure(AVIF_RESULT_OUT_OF_MEMORY) }
            self.decoder = decoder
            // Images are decoded by several threads already.
            decoder.pointee.maxThreads = 1
            decoder.pointee.strictFlags &= ~(AVIF_STRICT_CLAP_VALID.rawValue | AVIF_STRICT_PIXI_REQUIRED.rawValue)
            if let pixelCount {
                // What is coded may be larger than what the container states, such as the tiles of a grid; but not by
                // so much as a bomb.
                let (limit, overflow) = pixelCount.multipliedReportingOverflow(by: 4)
                let most = Int(decoder.pointee.imageSizeLimit)
                decoder.pointee.imageSizeLimit = UInt32(overflow ? most : min(max(limit, 1 << 20), most))
            }
            try Self.check(
                avifDecoderSetIOMemory(decoder, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
            try Self.check(avifDecoderParse(decoder))
            guard width > 0, height > 0 else { throw .corrupt(format: "AVIF", cause: "\(width) x \(height) pixels") }
        }

        deinit { avifDecoderDestroy(decoder) }

        var width: Int { Int(decoder.pointee.image.pointee.width) }
        var height: Int { Int(decoder.pointee.image.pointee.height) }

        /// What the container says of turns and mirrors counts; EXIF only hides what XMP says.
        var orientation: EXIFOrientation {
            let image = decoder.pointee.image.pointee
            let transformation = Self.orientation(image)
            guard transformation == .topLeft else { return transformation }
            let exif = UnsafeRawBufferPointer(start: image.exif.data, count: image.exif.size)
            guard EXIFOrientation.statement(inEXIF: exif) == nil else { return .topLeft }
            let xmp = Array(UnsafeRawBufferPointer(start: image.xmp.data, count: image.xmp.size))
            return EXIFOrientation.statement(inXMP: xmp) ?? .topLeft
        }

        private static func orientation(_ image: avifImage) -> EXIFOrientation {
            let flags = image.transformFlags
            let isMirrored = flags & AVIF_TRANSFORM_IMIR.rawValue != 0
            let swapsSides = withUnsafePointer(to: image) { cavif_mirror_axis($0) } != 0
            // Quarters of a turn, anticlockwise, before the mirror.
            let quarters = flags & AVIF_TRANSFORM_IROT.rawValue != 0 ? image.irot.angle & 3 : 0
            switch (quarters, isMirrored) {
            case (1, false): return .leftBottom
            case (1, true): return swapsSides ? .rightBottom : .leftTop
            case (2, false): return .bottomRight
            case (2, true): return swapsSides ? .bottomLeft : .topRight
            case (3, false): return .rightTop
            case (3, true): return swapsSides ? .leftTop : .rightBottom
            case (_, true): return swapsSides ? .topRight : .bottomLeft
            default: return .topLeft
            }
        }

        /// The pixels, `[H, W, 3]`.
        func samples(_ width: Int, _ height: Int) throws(ImageError) -> [UInt8] {
            try Self.check(avifDecoderNextImage(decoder))
            guard width == self.width, height == self.height, let image = decoder.pointee.image else {
                throw .corrupt(format: "AVIF", cause: "the image is not of the size that its header states")
            }
            var rgb = avifRGBImage()
            avifRGBImageSetDefaults(&rgb, image)
            rgb.depth = 8
            // With alpha, since colours may be stored multiplied by it.
            let hasAlpha = decoder.pointee.alphaPresent != 0
            rgb.format = hasAlpha ? AVIF_RGB_FORMAT_RGBA : AVIF_RGB_FORMAT_RGB
            let channels = hasAlpha ? 4 : 3
            rgb.rowBytes = UInt32(width * channels)
            var samples = [UInt8](repeating: 0, count: width * height * channels)
            let result = samples.withUnsafeMutableBufferPointer { samples in
                rgb.pixels = samples.baseAddress
                return avifImageYUVToRGB(image, &rgb)
            }
            try Self.check(result)
            guard hasAlpha else { return samples }
            for pixel in 0..<width * height {
                for channel in 0..<3 { samples[3 * pixel + channel] = samples[4 * pixel + channel] }
            }
            samples.removeLast(width * height)
            return samples
        }

        private static func check(_ result: avifResult) throws(ImageError) {
            guard result == AVIF_RESULT_OK else { throw failure(result) }
        }

        private static func failure(_ result: avifResult) -> ImageError {
            .corrupt(format: "AVIF", cause: String(cString: avifResultToString(result)))
        }
    }
#endif
