/// How the pixels of a picture lie, in the numbering of the EXIF standard's tag 0x0112.
///
/// The names say where the row and the column stored first belong when the picture is shown.
enum EXIFOrientation: Int, CaseIterable {
    case topLeft = 1
    case topRight = 2
    case bottomRight = 3
    case bottomLeft = 4
    case leftTop = 5
    case rightTop = 6
    case rightBottom = 7
    case leftBottom = 8

    /// The orientation stated by an EXIF block or else by an XMP packet; `topLeft` when neither has a valid one.
    ///
    /// Anything may be wrong with either: that is no reason not to show the picture.
    init(exif: [UInt8], xmp: [UInt8] = []) {
        let stated = exif.withUnsafeBytes { Self.value(inTIFF: $0) } ?? Self.value(inXMP: xmp)
        self = stated.flatMap(Self.init(rawValue:)) ?? .topLeft
    }

    /// Whether rows become columns.
    var swapsAxes: Bool { rawValue >= 5 }

    /// The tag's value in the first directory of a TIFF structure; `nil` when it has no such tag.
    private static func value(inTIFF bytes: UnsafeRawBufferPointer) -> Int? {
        let reader = ByteReader(bytes: bytes)
        let bigEndian: Bool
        switch (reader.byte(at: 0), reader.byte(at: 1)) {
        case (UInt8(ascii: "M"), UInt8(ascii: "M")): bigEndian = true
        case (UInt8(ascii: "I"), UInt8(ascii: "I")): bigEndian = false
        default: return nil
        }
        guard reader.uint16(at: 2, bigEndian: bigEndian) == 42,
            let directory = reader.uint32(at: 4, bigEndian: bigEndian).map(Int.init),
            let entryCount = reader.uint16(at: directory, bigEndian: bigEndian)
        else { return nil }
        for entry in 0..<Int(entryCount) {
            let offset = directory + 2 + entry * 12
            guard let tag = reader.uint16(at: offset, bigEndian: bigEndian),
                let type = reader.uint16(at: offset + 2, bigEndian: bigEndian),
                let valueCount = reader.uint32(at: offset + 4, bigEndian: bigEndian)
            else { return nil }
            if tag == 0x0112 {
                let isShort = type == 3
                guard isShort || type == 4, valueCount == 1 else { return nil }
                return isShort
                    ? reader.uint16(at: offset + 8, bigEndian: bigEndian).map(Int.init)
                    : reader.uint32(at: offset + 8, bigEndian: bigEndian).map(Int.init)
            }
        }
        return nil
    }

    /// The digit after `tiff:Orientation="` or `tiff:Orientation>`.
    private static func value(inXMP packet: [UInt8]) -> Int? {
        let name = Array("tiff:Orientation".utf8)
        var rest = packet[...]
        while let start = rest.firstIndex(of: name[0]) {
            rest = rest[start...]
            if rest.starts(with: name) {
                let value = rest.dropFirst(name.count)
                for opening in ["=\"", ">"] where value.starts(with: opening.utf8) {
                    if let digit = value.dropFirst(opening.utf8.count).first, (0x30...0x39).contains(digit) {
                        return Int(digit - 0x30)
                    }
                }
            }
            rest = rest.dropFirst()
        }
        return nil
    }
}
