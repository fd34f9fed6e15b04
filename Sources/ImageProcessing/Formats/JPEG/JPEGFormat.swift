/// JPEG, through TurboJPEG.
struct JPEGFormat: ImageFormat {
    static let name = "JPEG"
    private let header: JPEGHeader

    static func claims(_ start: [UInt8]) -> Bool { start.starts(with: [0xFF, 0xD8, 0xFF]) }

    init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) { header = try JPEGHeader(bytes) }

    var width: Int { header.width }
    var height: Int { header.height }
    var orientation: EXIFOrientation { header.orientation }

    func decode(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> RGBImage {
        try JPEGDecoder.decode(bytes, header: header)
    }

    func decodeReduced(_ bytes: UnsafeRawBufferPointer, atLeast size: Int) -> RGBImage? {
        JPEGDecoder.reduced(bytes, header: header, atLeast: size)
    }
}
