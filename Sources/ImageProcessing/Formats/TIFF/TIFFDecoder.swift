#if TIFF
    /// The pixels of a TIFF to RGB: by strips or tiles, as Pillow reads them.
    enum TIFFDecoder {
        /// What is not compressed is decoded as far as it is there; the rest is black, of the colour of index 0, or without
        /// ink.
        /// - Throws: `ImageError.corrupt` when not a single row can be had, and when anything compressed is cut or broken.
        static func decode(_ bytes: UnsafeRawBufferPointer, _ layout: TIFFLayout) throws(ImageError) -> RGBImage {
            let reader = try TIFFReader(bytes)
            if case .convertedYCbCr = layout.colors { return try converted(reader, layout) }
            var samples = TIFFSamples(layout, isBigEndian: reader.isBigEndian)
            if layout.isPacked {
                try unpack(reader, layout, to: &samples)
            } else {
                try copy(reader, layout, to: &samples)
            }
            let note = samples.isComplete ? nil : RGBImage.truncationNote
            let palette: [UInt8]
            if case .indices = layout.colors {
                guard let colors = reader.palette(bits: layout.bits) else {
                    throw .corrupt(format: "TIFF", cause: "it has no palette")
                }
                palette = colors
            } else {
                palette = []
            }
            return RGBImage(
                decodedWidth: layout.width, height: layout.height, bytes: samples.rgb(palette), note: note,
                isTruncated: note != nil)
        }

        /// Calls for each strip or tile with its first pixel and its plane.
        private static func forEachBlock(
            _ layout: TIFFLayout, _ body: (_ x: Int, _ y: Int, _ plane: Int) throws(ImageError) -> Void
        ) throws(ImageError) {
            let planeCount = layout.isPlanar ? layout.channelCount : 1
            var y = 0
            while y < layout.height {
                for plane in 0..<planeCount {
                    var x = 0
                    while x < layout.width {
                        try body(x, y, plane)
                        x += layout.block.width
                    }
                }
                y += layout.block.height
            }
        }

        /// Of a strip or tile. A tile may be larger than the image; a bomb is much larger.
        private static func mostBytes(_ layout: TIFFLayout) -> Int {
            max(layout.width * layout.height * layout.sampleCount * 8, 1 << 24)
        }

        private static func unpack(
            _ reader: TIFFReader, _ layout: TIFFLayout, to samples: inout TIFFSamples
        ) throws(ImageError) {
            if layout.isConvertedByJPEG { reader.askForRGB() }
            let (size, rowSize) = reader.blockSizes
            guard rowSize == layout.rowByteCount, size > 0, size <= mostBytes(layout),
                size <= rowSize.multipliedReportingOverflow(by: layout.block.height).partialValue
            else {
                throw .corrupt(
                    format: "TIFF", cause: "\(layout.isTiled ? "tiles" : "strips") of \(size) bytes, rows of \(rowSize)"
                )
            }
            var block = [UInt8](repeating: 0, count: size)
            try forEachBlock(layout) { (x, y, plane) throws(ImageError) in
                let result = block.withUnsafeMutableBytes { buffer in
                    Result { () throws(ImageError) in try reader.read(x: x, y: y, plane: plane, to: buffer) }
                }
                try result.get()
                block.withUnsafeBytes { buffer in
                    for row in 0..<min(layout.block.height, layout.height - y, size / rowSize) {
                        samples.put(buffer, at: row * rowSize, x: x, y: y + row, plane: plane, isStored: false)
                    }
                }
            }
        }

        private static func copy(
            _ reader: TIFFReader, _ layout: TIFFLayout, to samples: inout TIFFSamples
        ) throws(ImageError) {
            let rowSize = layout.rowByteCount
            var hasRows = false
            try forEachBlock(layout) { (x, y, plane) throws(ImageError) in
                let height = min(layout.block.height, layout.height - y)
                // A row may be cut off behind the image.
                let needed =
                    (min(layout.block.width, layout.width - x) * layout.bits
                        * (layout.isPlanar ? 1 : layout.sampleCount) + 7) / 8
                var rowCount = 0
                let offset = reader.offset(x: x, y: y, plane: plane) ?? reader.bytes.count
                let available = reader.bytes.count - min(offset, reader.bytes.count)
                if available >= needed { rowCount = min((available - needed) / rowSize + 1, height) }
                for row in 0..<rowCount {
                    samples.put(
                        reader.bytes, at: offset + row * rowSize, x: x, y: y + row, plane: plane, isStored: true)
                }
                hasRows = hasRows || rowCount > 0
                if rowCount < height { samples.isComplete = false }
            }
            guard hasRows else { throw .corrupt(format: "TIFF", cause: "it ends before the first row") }
        }

        private static func converted(_ reader: TIFFReader, _ layout: TIFFLayout) throws(ImageError) -> RGBImage {
            let (width, height) = (layout.width, layout.height)
            let rows = min(layout.block.height, height)
            let size = reader.blockSizes.block
            guard size <= mostBytes(layout) else {
                throw .corrupt(format: "TIFF", cause: "\(layout.isTiled ? "tiles" : "strips") of \(size) bytes")
            }
            var block = [UInt32](repeating: 0, count: width * rows)
            var samples: [UInt8] = []
            samples.reserveCapacity(width * height * 3)
            var y = 0
            while y < height {
                let count = min(rows, height - y)
                let result = block.withUnsafeMutableBufferPointer { pixels in
                    Result { () throws(ImageError) in
                        guard let pixels = pixels.baseAddress else { return }
                        try reader.readRGBA(row: y, count: count, width: width, to: pixels)
                    }
                }
                try result.get()
                for pixel in block.prefix(count * width) {
                    for shift in [0, 8, 16] as [UInt32] { samples.append(UInt8(truncatingIfNeeded: pixel >> shift)) }
                }
                y += count
            }
            return RGBImage(decodedWidth: width, height: height, bytes: samples)
        }
    }
#endif
