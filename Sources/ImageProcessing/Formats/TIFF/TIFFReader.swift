#if TIFF
    import CaptionerTIFF

    /// libtiff's reader over bytes in memory. Lives no longer than the bytes.
    final class TIFFReader {
        /// At an address that stays.
        private let reader: UnsafeMutablePointer<ctiff_reader>
        let bytes: UnsafeRawBufferPointer

        /// The largest piece of memory that libtiff may take.
        private static let most = 1 << 30

        /// Reads the first directory.
        /// - Throws: `ImageError.corrupt` with libtiff's words.
        init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
            self.bytes = bytes
            reader = .allocate(capacity: 1)
            guard ctiff_open(reader, bytes.baseAddress, bytes.count, Self.most) else {
                throw Self.failure(reader.pointee)
            }
        }

        deinit {
            ctiff_close(reader)
            reader.deallocate()
        }

        var isBigEndian: Bool { TIFFIsBigEndian(reader.pointee.tiff) != 0 }
        var isTiled: Bool { TIFFIsTiled(reader.pointee.tiff) != 0 }

        func short(_ tag: Int32) -> Int? {
            var value: UInt16 = 0
            return ctiff_short(reader, UInt32(tag), &value) ? Int(value) : nil
        }

        func long(_ tag: Int32) -> Int? {
            var value: UInt32 = 0
            return ctiff_long(reader, UInt32(tag), &value) ? Int(value) : nil
        }

        /// What the samples beyond the colours are.
        var extraSamples: [Int] {
            var kinds = [UInt16](repeating: 0, count: 8)
            let count = ctiff_extra_samples(reader, &kinds, UInt16(kinds.count))
            return kinds.prefix(Int(count)).map(Int.init)
        }

        /// By the tag, or by XMP where there is none.
        var orientation: EXIFOrientation {
            let stated = ctiff_orientation(reader)
            guard stated == 0 else { return EXIFOrientation(rawValue: Int(stated)) ?? .topLeft }
            var count: UInt32 = 0
            var content: UnsafeMutableRawPointer?
            guard ctiff_xmp(reader, &count, &content), let content else { return .topLeft }
            let xmp = Array(UnsafeRawBufferPointer(start: content, count: Int(count)))
            return EXIFOrientation.statement(inXMP: xmp) ?? .topLeft
        }

        /// Red, green and blue of each index, of which there are two to the power of `bits`.
        func palette(bits: Int) -> [UInt8]? {
            var (red, green, blue):
                (UnsafeMutablePointer<UInt16>?, UnsafeMutablePointer<UInt16>?, UnsafeMutablePointer<UInt16>?)
            guard ctiff_palette(reader, &red, &green, &blue), let red, let green, let blue else { return nil }
            return (0..<1 << bits).flatMap { index in
                [red[index], green[index], blue[index]].map { UInt8(truncatingIfNeeded: $0 >> 8) }
            }
        }

        /// Has JPEG's YCbCr come as RGB.
        func askForRGB() { ctiff_ask_for_rgb(reader) }

        /// Whether libtiff has what unpacks a compression.
        static func unpacks(_ compression: Int) -> Bool {
            UInt16(exactly: compression).map { TIFFIsCODECConfigured($0) != 0 } ?? false
        }

        /// Bytes of a strip or tile, and of a row of it, when it is unpacked.
        var blockSizes: (block: Int, row: Int) {
            let tiff = reader.pointee.tiff
            return isTiled
                ? (Int(TIFFTileSize(tiff)), Int(TIFFTileRowSize(tiff)))
                : (Int(TIFFStripSize(tiff)), Int(TIFFScanlineSize(tiff)))
        }

        /// Where the bytes of the strip or tile with a pixel begin in the file.
        func offset(x: Int, y: Int, plane: Int) -> Int? {
            let tiff = reader.pointee.tiff
            let number =
                isTiled
                ? TIFFComputeTile(tiff, UInt32(x), UInt32(y), 0, UInt16(plane))
                : TIFFComputeStrip(tiff, UInt32(y), UInt16(plane))
            return Int(exactly: TIFFGetStrileOffset(tiff, number)).flatMap { $0 == 0 ? nil : $0 }
        }

        /// Unpacks the strip or tile with a pixel, samples of 16 bits in the machine's byte order.
        /// - Throws: `ImageError.corrupt` with libtiff's words.
        func read(x: Int, y: Int, plane: Int, to buffer: UnsafeMutableRawBufferPointer) throws(ImageError) {
            reader.pointee.message.0 = 0
            let tiff = reader.pointee.tiff
            let count =
                isTiled
                ? TIFFReadTile(tiff, buffer.baseAddress, UInt32(x), UInt32(y), 0, UInt16(plane))
                : TIFFReadEncodedStrip(
                    tiff, TIFFComputeStrip(tiff, UInt32(y), UInt16(plane)), buffer.baseAddress,
                    tmsize_t(buffer.count))
            guard count >= 0 else { throw Self.failure(reader.pointee) }
        }

        /// Rows as red, green, blue and alpha.
        /// - Throws: `ImageError.corrupt` with libtiff's words.
        func readRGBA(
            row: Int, count: Int, width: Int, to pixels: UnsafeMutablePointer<UInt32>
        ) throws(ImageError) {
            reader.pointee.message.0 = 0
            guard ctiff_rgba(reader, pixels, UInt32(width), UInt32(row), UInt32(count)) else {
                throw Self.failure(reader.pointee)
            }
        }

        private static func failure(_ reader: ctiff_reader) -> ImageError {
            let message = withUnsafeBytes(of: reader.message) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            return .corrupt(format: "TIFF", cause: message.isEmpty ? "libtiff gave no reason" : message)
        }
    }
#endif
