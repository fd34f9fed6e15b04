import CaptionerPNG

/// libpng's reader over bytes in memory, its errors thrown. Lives no longer than the bytes.
struct PNGReader: ~Copyable {
    private let reader: UnsafeMutablePointer<cpng_reader>
    /// Bits per sample in the file: 1, 2, 4, 8 or 16.
    let bitDepth: Int
    let colorType: ColorType
    let isInterlaced: Bool
    /// Entries of 3 bytes; empty unless `colorType` is `palette`.
    let palette: [UInt8]
    /// What `tRNS` says: how opaque each entry of the palette is, or which colour is transparent.
    let transparency: Transparency?
    /// Bytes of a full row as `readRow` gives it.
    private(set) var rowByteCount = 0

    enum Transparency {
        case palette([UInt8])
        /// The low bytes of red, green and blue, or of grey three times.
        case color([UInt8])
    }

    /// What a pixel is made of, in the numbering of the PNG standard.
    enum ColorType: UInt8 {
        case grey = 0
        case rgb = 2
        case palette = 3
        case greyAlpha = 4
        case rgbAlpha = 6
    }

    /// - Throws: `ImageError.corrupt` with libpng's words.
    init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
        reader = .allocate(capacity: 1)
        reader.initialize(to: cpng_reader())
        let isOpen = cpng_open(reader, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
        guard isOpen, let colorType = ColorType(rawValue: png_get_color_type(reader.pointee.png, reader.pointee.info))
        else {
            let error = Self.error(of: reader)
            Self.close(reader)
            throw error
        }
        self.colorType = colorType
        bitDepth = Int(png_get_bit_depth(reader.pointee.png, reader.pointee.info))
        isInterlaced =
            png_get_interlace_type(reader.pointee.png, reader.pointee.info) != UInt8(PNG_INTERLACE_NONE)
        palette = colorType == .palette ? Self.palette(of: reader) : []
        transparency = Self.transparency(of: reader, colorType)
    }

    deinit { Self.close(reader) }

    /// Readies `readRow`: samples come as bytes, those of 16 bits as their high byte, or whole if `keeps16Bits`.
    mutating func start(keeps16Bits: Bool) throws(ImageError) {
        guard cpng_start(reader, !keeps16Bits) else { throw Self.error(of: reader) }
        rowByteCount = png_get_rowbytes(reader.pointee.png, reader.pointee.info)
    }

    /// Reads the next row, or the next row of the pass of an interlaced image.
    /// - Parameter row: room for `rowByteCount` bytes.
    mutating func readRow(into row: UnsafeMutablePointer<UInt8>) throws(ImageError) {
        guard cpng_read_row(reader, row) else { throw Self.error(of: reader) }
    }

    private static func palette(of reader: UnsafeMutablePointer<cpng_reader>) -> [UInt8] {
        var entries: UnsafeMutablePointer<png_color>?
        var count: Int32 = 0
        png_get_PLTE(reader.pointee.png, reader.pointee.info, &entries, &count)
        return UnsafeBufferPointer(start: entries, count: entries == nil ? 0 : Int(count)).flatMap {
            [$0.red, $0.green, $0.blue]
        }
    }

    private static func transparency(
        of reader: UnsafeMutablePointer<cpng_reader>, _ colorType: ColorType
    ) -> Transparency? {
        var alphas: UnsafeMutablePointer<UInt8>?
        var count: Int32 = 0
        var color: UnsafeMutablePointer<png_color_16>?
        guard png_get_tRNS(reader.pointee.png, reader.pointee.info, &alphas, &count, &color) != 0 else { return nil }
        func low(_ value: UInt16) -> UInt8 { UInt8(truncatingIfNeeded: value) }
        switch colorType {
        case .palette:
            return .palette(Array(UnsafeBufferPointer(start: alphas, count: alphas == nil ? 0 : Int(count))))
        case .rgb: return color.map { .color([low($0.pointee.red), low($0.pointee.green), low($0.pointee.blue)]) }
        case .grey: return color.map { .color([UInt8](repeating: low($0.pointee.gray), count: 3)) }
        case .greyAlpha, .rgbAlpha: return nil
        }
    }

    private static func error(of reader: UnsafeMutablePointer<cpng_reader>) -> ImageError {
        let message = withUnsafeBytes(of: &reader.pointee.message) { buffer in
            String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
        }
        return .corrupt(format: "PNG", cause: message.isEmpty ? "libpng gave no reason" : message)
    }

    private static func close(_ reader: UnsafeMutablePointer<cpng_reader>) {
        cpng_close(reader)
        reader.deinitialize(count: 1)
        reader.deallocate()
    }
}
