/// How the data of a JPEG ends.
enum JPEGEnding: Equatable {
    /// With the marker that ends an image.
    case whole
    /// With the file. The segment it breaks off in, if it does in one, begins at `cut`; else `cut` is the file's size.
    case truncated(cut: Int)

    /// - Parameter dataOffset: where the first scan's data begins.
    init(_ bytes: UnsafeRawBufferPointer, dataOffset: Int) {
        let reader = ByteReader(bytes: bytes)
        var offset = dataOffset
        while let marker = JPEGMarker.next(in: reader, at: &offset) {
            if marker == .endOfImage {
                self = .whole
                return
            }
            if marker.standsAlone { continue }
            guard let stated = reader.uint16(at: offset), offset + Int(stated) <= reader.count else {
                self = .truncated(cut: offset - 2)
                return
            }
            offset += max(Int(stated), 2)
        }
        self = .truncated(cut: reader.count)
    }
}
