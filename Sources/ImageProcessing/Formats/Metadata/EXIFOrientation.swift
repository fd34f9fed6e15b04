/// How the pixels of an image lie, in the numbering of the EXIF standard's tag 0x0112.
///
/// The names say where the row and the column stored first belong when the image is shown.
enum EXIFOrientation: Int, CaseIterable {
    case topLeft = 1
    case topRight = 2
    case bottomRight = 3
    case bottomLeft = 4
    case leftTop = 5
    case rightTop = 6
    case rightBottom = 7
    case leftBottom = 8

    /// The orientation that Pillow's `ImageOps.exif_transpose` goes by: that of an EXIF block or, when its directory has
    /// no such tag, of an XMP packet. `topLeft` when there is none, or it is not one of the eight.
    ///
    /// Anything may be wrong with either: that is no reason not to show the image.
    init(exif: [UInt8], xmp: [UInt8] = []) {
        self = exif.withUnsafeBytes { Self.statement(inEXIF: $0) } ?? Self.statement(inXMP: xmp) ?? .topLeft
    }

    /// Whether rows become columns.
    var swapsAxes: Bool { rawValue >= 5 }

    /// What the tag says; `nil` when there is none, and XMP has its say.
    static func statement(inEXIF block: UnsafeRawBufferPointer) -> Self? {
        // The letters that introduce EXIF in a JPEG get into PNGs, and some writers put them twice.
        var tiff = block
        while tiff.starts(with: "Exif\0\0") { tiff = UnsafeRawBufferPointer(rebasing: tiff.dropFirst(6)) }
        guard !tiff.isEmpty else { return nil }
        // Pillow raises at what is not TIFF, and XMP is not asked.
        guard let directory = TIFFDirectory(tiff) else { return .topLeft }
        guard let entry = directory.lastEntry(tag: 0x0112) else { return nil }
        return directory.wholeNumber(of: entry).flatMap(Self.init(rawValue:)) ?? .topLeft
    }

    /// What the digit after the first `tiff:Orientation="` or `tiff:Orientation>` says, which is all that Pillow looks
    /// for: neither single quotes nor white space.
    static func statement(inXMP packet: [UInt8]) -> Self? {
        let name = Array("tiff:Orientation".utf8)
        var rest = packet[...]
        while let start = rest.firstIndex(of: name[0]) {
            rest = rest[start...]
            if rest.starts(with: name) {
                let value = rest.dropFirst(name.count)
                for opening in ["=\"", ">"] where value.starts(with: opening.utf8) {
                    if let digit = value.dropFirst(opening.utf8.count).first, (0x30...0x39).contains(digit) {
                        return Self(rawValue: Int(digit - 0x30))
                    }
                }
            }
            rest = rest.dropFirst()
        }
        return nil
    }
}
