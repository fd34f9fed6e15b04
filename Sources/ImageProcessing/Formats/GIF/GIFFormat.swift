/// GIF, of which the first frame counts: what Pillow shows without a call of `seek`.
struct GIFFormat: ImageFormat {
    static let name = "GIF"
    private let structure: GIFStructure

    static func claims(_ start: [UInt8]) -> Bool {
        ["GIF87a", "GIF89a"].contains { version in
            // A file may be cut within it.
            start.starts(with: version.utf8) || start.count >= 3 && version.utf8.starts(with: start)
        }
    }

    init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) { structure = try GIFStructure(bytes) }

    var width: Int { structure.width }
    var height: Int { structure.height }
    /// GIF has no place for EXIF.
    var orientation: EXIFOrientation { .topLeft }

    func decode(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> RGBImage {
        try GIFDecoder.decode(bytes, structure: structure)
    }
}
