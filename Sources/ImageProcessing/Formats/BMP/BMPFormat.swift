import CaptionerFiles

/// Windows and OS/2 bitmaps.
struct BMPFormat: ImageFormat {
    static let name = "BMP"
    private let header: BMPHeader

    /// Texts can begin with these letters as well; a header has numbers in it that no text has. A file of nothing else was cut.
    static func claims(_ start: [UInt8]) -> Bool {
        guard start.starts(with: "BM".utf8) else { return false }
        return start.count == 2 || start.count >= 18 && start[16] == 0 && start[17] == 0
            || ContentName.of(start) == name
    }

    init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) { header = try BMPHeader(bytes) }

    var width: Int { header.width }
    var height: Int { header.height }
    /// BMP has no place for EXIF.
    var orientation: EXIFOrientation { .topLeft }

    func decode(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> RGBImage {
        try BMPDecoder.decode(bytes, header: header)
    }
}
