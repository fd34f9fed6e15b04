/// PNG, through libpng.
struct PNGFormat: ImageFormat {
    static let name = "PNG"
    private let structure: PNGStructure

    static func claims(_ start: [UInt8]) -> Bool {
        start.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    }

    init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) { structure = try PNGStructure(bytes) }

    var width: Int { structure.width }
    var height: Int { structure.height }
    var orientation: EXIFOrientation { structure.orientation }

    func decode(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> RGBImage {
        try PNGDecoder.decode(bytes, structure: structure)
    }
}
