/// What a WebP says about itself. libwebp reads the same again; this comes first because sizes must be judged before
/// memory is taken.
struct WebPHeader {
    /// Those of the canvas.
    let width: Int
    let height: Int
    let orientation: EXIFOrientation
    /// How many bytes the file should have.
    let statedByteCount: Int

    /// - Throws: `ImageError.corrupt` when there is no size.
    init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
        let reader = ByteReader(bytes: bytes)
        guard let stated = reader.uint32(at: 4, bigEndian: false),
            let (width, height) = Self.size(reader)
        else { throw .corrupt(format: "WebP", cause: "the header has no size") }
        guard width > 0, height > 0 else {
            throw .corrupt(format: "WebP", cause: "the header says \(width) x \(height) pixels")
        }
        (self.width, self.height) = (width, height)
        statedByteCount = Int(stated) + 8
        orientation = Self.orientation(reader, end: min(statedByteCount, reader.count))
    }

    /// Of the first chunk, which is an image or says what others follow.
    private static func size(_ reader: ByteReader) -> (width: Int, height: Int)? {
        let first = reader.slice(at: 12, length: 4)
        if first.starts(with: "VP8 ") {
            guard reader.slice(at: 23, length: 3).elementsEqual([0x9D, 0x01, 0x2A]),
                let width = reader.uint16(at: 26, bigEndian: false),
                let height = reader.uint16(at: 28, bigEndian: false)
            else { return nil }
            return (Int(width & 0x3FFF), Int(height & 0x3FFF))
        }
        if first.starts(with: "VP8L") {
            guard reader.byte(at: 20) == 0x2F, let bits = reader.uint32(at: 21, bigEndian: false) else { return nil }
            return (Int(bits & 0x3FFF) + 1, Int(bits >> 14 & 0x3FFF) + 1)
        }
        guard first.starts(with: "VP8X"), let low = reader.uint32(at: 24, bigEndian: false),
            let high = reader.uint16(at: 28, bigEndian: false)
        else { return nil }
        return (Int(low & 0xFF_FFFF) + 1, (Int(low >> 24) | Int(high) << 8) + 1)
    }

    /// What the first chunks of EXIF and XMP say, of which there are some only where the header announces them.
    private static func orientation(_ reader: ByteReader, end: Int) -> EXIFOrientation {
        guard reader.slice(at: 12, length: 4).starts(with: "VP8X"), let flags = reader.byte(at: 20) else {
            return .topLeft
        }
        var (exif, xmp): ([UInt8]?, [UInt8]?)
        var offset = 12
        while let size = reader.uint32(at: offset + 4, bigEndian: false), offset + 8 + Int(size) <= end {
            let name = reader.slice(at: offset, length: 4)
            let content = reader.slice(at: offset + 8, length: Int(size))
            if exif == nil, flags & 8 != 0, name.starts(with: "EXIF") { exif = Array(content) }
            if xmp == nil, flags & 4 != 0, name.starts(with: "XMP ") { xmp = Array(content) }
            offset += 8 + Int(size) + Int(size & 1)
        }
        return EXIFOrientation(exif: exif ?? [], xmp: xmp ?? [])
    }
}
