#if TIFF
    /// The samples of a TIFF's pixels at 8 bits, `[H, W, C]`, and their conversion to RGB.
    struct TIFFSamples {
        private let layout: TIFFLayout
        private let isBigEndian: Bool
        private let channelCount: Int
        private var values: [UInt8]
        var isComplete = true

        init(_ layout: TIFFLayout, isBigEndian: Bool) {
            self.layout = layout
            self.isBigEndian = isBigEndian
            channelCount = layout.channelCount
            // Ink is kept inverted, as the conversion takes it.
            let fill: UInt8 = if case .cmyk = layout.colors { 255 } else { 0 }
            values = [UInt8](repeating: fill, count: layout.width * layout.height * channelCount)
        }

        /// Takes a row of a strip or a tile.
        /// - Parameter isStored: whether the bytes are those of the file; else libtiff has them in the machine's order.
        mutating func put(
            _ bytes: UnsafeRawBufferPointer, at offset: Int, x: Int, y: Int, plane: Int, isStored: Bool
        ) {
            let count = min(layout.block.width, layout.width - x)
            let (first, step) = (layout.isPlanar ? plane : 0, layout.isPlanar ? 1 : layout.sampleCount)
            let start = (y * layout.width + x) * channelCount
            let inversion = self.inversion
            let reverses = isStored && layout.isReversed
            // Within the closure `self` is being changed.
            let (layout, channelCount, isHighFirst) = (
                layout, channelCount, isStored ? isBigEndian : Int(1).bigEndian == 1
            )
            values.withUnsafeMutableBufferPointer { values in
                for channel in first..<(layout.isPlanar ? plane + 1 : channelCount) {
                    let source = layout.isPlanar ? 0 : channel
                    for pixel in 0..<count {
                        let index = pixel * step + source
                        values[start + pixel * channelCount + channel] =
                            Self.value(bytes, offset, index, layout, reverses, isHighFirst) ^ inversion
                    }
                }
            }
        }

        private var inversion: UInt8 {
            switch layout.colors {
            case .grey(let isInverted): isInverted ? 255 : 0
            case .cmyk: 255
            default: 0
            }
        }

        /// A sample at 8 bits, as it is stored.
        /// - Parameter index: the number of samples before it in the row.
        private static func value(
            _ bytes: UnsafeRawBufferPointer, _ offset: Int, _ index: Int, _ layout: TIFFLayout, _ reverses: Bool,
            _ isHighFirst: Bool
        ) -> UInt8 {
            switch layout.bits {
            case 8: return reverses ? bytes[offset + index].bitsReversed : bytes[offset + index]
            case 16:
                let (first, second) = (bytes[offset + 2 * index], bytes[offset + 2 * index + 1])
                let (high, low) = isHighFirst ? (first, second) : (second, first)
                if case .grey = layout.colors { return high == 0 ? low : 255 }
                return high
            default:
                let bit = index * layout.bits
                let byte = reverses ? bytes[offset + bit / 8].bitsReversed : bytes[offset + bit / 8]
                let most = UInt8(truncatingIfNeeded: (1 << layout.bits) - 1)
                let value = byte >> UInt8(8 - layout.bits - bit % 8) & most
                if case .indices = layout.colors { return value }
                return value * (255 / most)
            }
        }

        /// The pixels, `[H, W, 3]`.
        /// - Parameter palette: red, green and blue of each index.
        consuming func rgb(_ palette: [UInt8]) -> [UInt8] {
            let pixelCount = layout.width * layout.height
            switch layout.colors {
            case .rgb, .convertedYCbCr: return values
            case .cmyk: return CMYKConversion.rgb(invertedCMYK: values)
            case .grey, .indices:
                let colors: IndexedColors = if case .indices = layout.colors { .init(palette) } else { .init() }
                return [UInt8](unsafeUninitializedCapacity: pixelCount * 3) { rgb, initializedCount in
                    guard let target = rgb.baseAddress else { return }
                    values.withUnsafeBufferPointer { colors.convert($0, to: target) }
                    initializedCount = pixelCount * 3
                }
            case .premultiplied:
                return [UInt8](unsafeUninitializedCapacity: pixelCount * 3) { rgb, initializedCount in
                    for pixel in 0..<pixelCount {
                        let alpha = Int(values[4 * pixel + 3])
                        for channel in 0..<3 {
                            let value = Int(values[4 * pixel + channel])
                            rgb[3 * pixel + channel] = alpha == 0 ? 0 : UInt8(min(value * 255 / alpha, 255))
                        }
                    }
                    initializedCount = pixelCount * 3
                }
            }
        }
    }

    extension UInt8 {
        /// The bits in the other order.
        fileprivate var bitsReversed: UInt8 {
            var value = self
            value = value >> 4 | value << 4
            value = (value & 0xCC) >> 2 | (value & 0x33) << 2
            return (value & 0xAA) >> 1 | (value & 0x55) << 1
        }
    }
#endif
