#if TIFF
    import CaptionerTIFF

    /// How the pixels of a TIFF lie, by the tags of its first directory.
    struct TIFFLayout {
        /// What the samples of a pixel mean.
        enum Colors {
            /// Of 16 bits, grey is cut off at 255. `isInverted`: 0 is white.
            case grey(isInverted: Bool)
            case indices
            case rgb
            /// Multiplied by the alpha that follows.
            case premultiplied
            case cmyk
            /// Converted by libtiff, subsampled or not.
            case convertedYCbCr
        }

        /// Before a turn.
        let width: Int
        let height: Int
        let orientation: EXIFOrientation
        let colors: Colors
        /// Of a sample: 1, 2, 4, 8 or 16.
        let bits: Int
        /// Of a pixel, those beyond the colours included.
        let sampleCount: Int
        /// Whether each sample has strips or tiles of its own.
        let isPlanar: Bool
        let isTiled: Bool
        /// Pixels of a strip or a tile.
        let block: (width: Int, height: Int)
        let isPacked: Bool
        /// Whether JPEG's colours are converted as they are unpacked.
        let isConvertedByJPEG: Bool
        /// Whether the first pixel of a byte is in its low bits.
        let isReversed: Bool

        /// The samples of a pixel that are looked at.
        var channelCount: Int {
            switch colors {
            case .grey, .indices: 1
            case .rgb, .convertedYCbCr: 3
            case .premultiplied, .cmyk: 4
            }
        }

        /// Bytes of a row of a strip or a tile before it is packed.
        var rowByteCount: Int { (block.width * bits * (isPlanar ? 1 : sampleCount) + 7) / 8 }

        /// - Throws: `ImageError.corrupt`, `.unsupportedFeature`.
        init(_ reader: TIFFReader) throws(ImageError) {
            guard let width = reader.long(TIFFTAG_IMAGEWIDTH), let height = reader.long(TIFFTAG_IMAGELENGTH),
                width > 0, height > 0, width <= Int(Int32.max), height <= Int(Int32.max)
            else { throw .corrupt(format: "TIFF", cause: "it has no size") }
            (self.width, self.height, orientation) = (width, height, reader.orientation)
            let compression = reader.short(TIFFTAG_COMPRESSION) ?? 1
            guard TIFFReader.unpacks(compression) else {
                throw .unsupportedFeature(format: "TIFF", feature: "compression \(compression)")
            }
            isPacked = compression != 1
            bits = reader.short(TIFFTAG_BITSPERSAMPLE) ?? 1
            sampleCount = reader.short(TIFFTAG_SAMPLESPERPIXEL) ?? 1
            isPlanar = reader.short(TIFFTAG_PLANARCONFIG) == Int(PLANARCONFIG_SEPARATE) && sampleCount > 1
            isTiled = reader.isTiled
            isReversed = reader.short(TIFFTAG_FILLORDER) == Int(FILLORDER_LSB2MSB)
            // JPEG of the first kind is YCbCr whatever the tag says.
            let photometric = compression == Int(COMPRESSION_OJPEG) ? 6 : reader.short(TIFFTAG_PHOTOMETRIC) ?? 0
            let format = reader.short(TIFFTAG_SAMPLEFORMAT) ?? 1
            let samples = Samples(
                photometric: photometric, bits: bits, count: sampleCount, extra: reader.extraSamples,
                isSigned: format == 2, isReversed: isReversed && !isPacked, isPlanar: isPlanar)
            guard format == 1 || (format == 2 && bits == 8 && photometric == 1), var colors = samples.colors else {
                throw .unsupportedFeature(
                    format: "TIFF",
                    feature: "\(sampleCount) samples of \(bits) bits, format \(format), photometric interpretation "
                        + "\(photometric)\(isReversed ? ", reversed bits" : "")")
            }
            var isConvertedByJPEG = false
            if case .convertedYCbCr = colors {
                guard isPacked else {
                    throw .unsupportedFeature(format: "TIFF", feature: "YCbCr without compression")
                }
                isConvertedByJPEG = compression == Int(COMPRESSION_JPEG) && !isPlanar
                if isConvertedByJPEG { colors = .rgb }
            }
            self.isConvertedByJPEG = isConvertedByJPEG
            self.colors = colors
            let rows =
                (isTiled ? reader.long(TIFFTAG_TILELENGTH) : reader.long(TIFFTAG_ROWSPERSTRIP).map { min($0, height) })
            block = (isTiled ? reader.long(TIFFTAG_TILEWIDTH) ?? 0 : width, rows ?? height)
            guard block.width > 0, block.height > 0, block.width <= Int(Int32.max), block.height <= Int(Int32.max)
            else {
                throw .corrupt(format: "TIFF", cause: "tiles of \(block.width) x \(block.height) pixels")
            }
        }
    }

    /// What the samples of a pixel are stated to be.
    private struct Samples {
        let photometric: Int
        let bits: Int
        let count: Int
        let extra: [Int]
        let isSigned: Bool
        let isReversed: Bool
        let isPlanar: Bool

        /// Nil for combinations that are not decoded.
        var colors: TIFFLayout.Colors? {
            let (ASSOCIATED, UNSPECIFIED) = (Int(EXTRASAMPLE_ASSOCALPHA), Int(EXTRASAMPLE_UNSPECIFIED))
            // The first kind is alpha or nothing, and nothing of interest follows it.
            let isPlain = extra.dropFirst().allSatisfy { $0 == UNSPECIFIED }
            switch (photometric, bits) {
            case (0, 1), (0, 2), (0, 4), (0, 8), (1, 1), (1, 2), (1, 4), (1, 8):
                guard count == 1 || (count == 2 && bits == 8 && photometric == 1 && extra.first != ASSOCIATED) else {
                    return nil
                }
                return .grey(isInverted: photometric == 0)
            case (0, 16), (1, 16):
                // Pillow does not invert these.
                return count == 1 && !isReversed ? .grey(isInverted: false) : nil
            case (2, 8), (2, 16):
                guard count >= 3, count <= (bits == 8 ? 6 : 4), isPlain, !isReversed || count == 3 && bits == 8 else {
                    return nil
                }
                return extra.first == ASSOCIATED && count > 3 ? .premultiplied : .rgb
            case (3, 1), (3, 2), (3, 4), (3, 8):
                return count == 1 || (count == 2 && bits == 8 && extra.first != ASSOCIATED) ? .indices : nil
            case (5, 8), (5, 16):
                guard count >= 4, count <= (bits == 8 ? 6 : 4), !isReversed, extra.allSatisfy({ $0 == UNSPECIFIED })
                else { return nil }
                return .cmyk
            case (6, 8): return count == 3 || count == 1 ? .convertedYCbCr : nil
            default: return nil
            }
        }
    }
#endif
