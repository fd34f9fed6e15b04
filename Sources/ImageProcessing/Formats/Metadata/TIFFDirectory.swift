/// The first directory of a TIFF structure, which is what EXIF is. It is read as Pillow's `ImageFileDirectory_v2` does.
struct TIFFDirectory {
    private let reader: ByteReader
    private let bigEndian: Bool
    private let offset: Int

    /// - Returns: `nil` when the bytes do not begin as a TIFF structure does. There may yet be no directory.
    init?(_ bytes: UnsafeRawBufferPointer) {
        reader = ByteReader(bytes: bytes)
        bigEndian = bytes.starts(with: "MM")
        guard bigEndian || bytes.starts(with: "II"), let number = reader.uint16(at: 2, bigEndian: bigEndian),
            let offset = reader.uint32(at: 4, bigEndian: bigEndian)
        else { return nil }
        // 42 in either byte order, and of BigTIFF what Pillow takes for the smaller kind.
        guard number == 42 || number == 42 << 8 || (number == 43 && bigEndian) else { return nil }
        self.offset = Int(offset)
    }

    /// An entry's values, of which there is at least one.
    struct Entry {
        fileprivate let type: TIFFType
        fileprivate let offset: Int
    }

    /// The entry with this tag, the last one if there are several. What has an unknown type or no value is no entry,
    /// and nothing is found after one whose values lie outside.
    func lastEntry(tag: UInt16) -> Entry? {
        guard let entryCount = reader.uint16(at: offset, bigEndian: bigEndian) else { return nil }
        var found: Entry?
        for number in 0..<Int(entryCount) {
            let start = offset + 2 + number * 12
            guard let entryTag = reader.uint16(at: start, bigEndian: bigEndian),
                let typeNumber = reader.uint16(at: start + 2, bigEndian: bigEndian),
                let valueCount = reader.uint32(at: start + 4, bigEndian: bigEndian),
                let valueOffset = reader.uint32(at: start + 8, bigEndian: bigEndian)
            else { break }
            guard let type = TIFFType(rawValue: typeNumber) else { continue }
            // Below 2^35.
            let size = Int(valueCount) * type.size
            let isInline = size <= 4
            guard isInline || Int(valueOffset) + size <= reader.count else { break }
            if entryTag == tag, size > 0 {
                found = Entry(type: type, offset: isInline ? start + 8 : Int(valueOffset))
            }
        }
        return found
    }

    /// The first value of an entry if it is a whole number.
    func wholeNumber(of entry: Entry) -> Int? {
        entry.type.wholeNumber(in: reader, at: entry.offset, bigEndian: bigEndian)
    }
}
