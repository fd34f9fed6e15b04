#if TIFF
    /// TIFF, through libtiff: the first image. It comes turned as its tag says whether that is asked for or not, as
    /// Pillow loads it.
    struct TIFFFormat: ImageFormat {
        static let name = OptionalFormat.tiff.rawValue
        let width: Int
        let height: Int
        private let layout: TIFFLayout

        /// What is done already.
        var orientation: EXIFOrientation { .topLeft }

        /// In both byte orders, and BigTIFF.
        static func claims(_ start: [UInt8]) -> Bool {
            [[0x49, 0x49, 0x2A, 0], [0x4D, 0x4D, 0, 0x2A], [0x49, 0x49, 0x2B, 0], [0x4D, 0x4D, 0, 0x2B]]
                .contains { start.starts(with: $0 as [UInt8]) }
        }

        init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
            layout = try TIFFLayout(try TIFFReader(bytes))
            let isTurned = layout.orientation.swapsAxes
            width = isTurned ? layout.height : layout.width
            height = isTurned ? layout.width : layout.height
        }

        func decode(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> RGBImage {
            try TIFFDecoder.decode(bytes, layout).oriented(layout.orientation)
        }
    }
#endif
