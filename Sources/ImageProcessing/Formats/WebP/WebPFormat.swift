/// WebP, through libwebp. Of an animation the first frame counts.
struct WebPFormat: ImageFormat {
    static let name = "WebP"
    private let header: WebPHeader

    static func claims(_ start: [UInt8]) -> Bool {
        start.starts(with: "RIFF".utf8) && start.dropFirst(8).starts(with: "WEBP".utf8)
    }

    init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) { header = try WebPHeader(bytes) }

    var width: Int { header.width }
    var height: Int { header.height }
    var orientation: EXIFOrientation { header.orientation }

    func decode(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> RGBImage {
        try WebPDecoder.decode(bytes, header: header)
    }
}
