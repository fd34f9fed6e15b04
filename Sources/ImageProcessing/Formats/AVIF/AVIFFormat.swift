#if AVIF
    import CaptionerFiles

    /// AVIF, through libavif. Of a sequence the first image counts.
    struct AVIFFormat: ImageFormat {
        static let name = OptionalFormat.avif.rawValue
        let width: Int
        let height: Int
        let orientation: EXIFOrientation

        static func claims(_ start: [UInt8]) -> Bool { ContentName.of(start)?.utf8.elementsEqual(name.utf8) == true }

        init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
            let reader = try AVIFReader(bytes)
            (width, height, orientation) = (reader.width, reader.height, reader.orientation)
        }

        func decode(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> RGBImage {
            let reader = try AVIFReader(bytes, pixelCount: width * height)
            return RGBImage(decodedWidth: width, height: height, bytes: try reader.samples(width, height))
        }
    }
#endif
