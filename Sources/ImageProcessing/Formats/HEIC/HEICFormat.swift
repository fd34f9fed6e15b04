#if HEIC
    import CaptionerFiles

    /// HEIC, through libheif: the primary image, turned as its container says, which libheif does by itself.
    struct HEICFormat: ImageFormat {
        static let name = OptionalFormat.heic.rawValue
        let width: Int
        let height: Int
        /// The turns of the container take the place of EXIF's.
        var orientation: EXIFOrientation { .topLeft }

        static func claims(_ start: [UInt8]) -> Bool { ContentName.of(start)?.utf8.elementsEqual(name.utf8) == true }

        init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
            let reader = try HEICReader(bytes)
            (width, height) = (reader.width, reader.height)
        }

        func decode(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> RGBImage {
            let reader = try HEICReader(bytes)
            return RGBImage(decodedWidth: width, height: height, bytes: try reader.samples(width, height))
        }
    }
#endif
