/// The chunks of a PNG as they lie in the file, looked over before libpng reads it.
struct PNGStructure {
    let width: Int
    let height: Int
    let orientation: EXIFOrientation
    /// The file with an end put to it, when it breaks off or stops making sense after the image data has begun.
    let repaired: [UInt8]?

    /// - Throws: `ImageError.corrupt` when there is no header, or the file ends before the image data.
    init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
        let reader = ByteReader(bytes: bytes)
        guard !reader.slice(at: 12, length: 4).starts(with: "CgBI") else {
            throw .unsupportedFeature(format: "PNG", feature: "Apple's variant for iPhone applications (CgBI)")
        }
        guard reader.slice(at: 12, length: 4).starts(with: "IHDR"), let width = reader.uint32(at: 16),
            let height = reader.uint32(at: 20)
        else { throw .corrupt(format: "PNG", cause: "there is no header") }
        guard (1...UInt32(Int32.max)).contains(width), (1...UInt32(Int32.max)).contains(height) else {
            throw .corrupt(format: "PNG", cause: "the header says \(width) x \(height) pixels")
        }
        self.width = Int(width)
        self.height = Int(height)

        var metadata = PNGMetadata()
        var hasData = false
        var hasEnd = false
        var offset = 8  // after the signature
        var cut = offset
        while let length = reader.uint32(at: offset).map(Int.init) {
            let type = reader.slice(at: offset + 4, length: 4)
            let payload = reader.slice(at: offset + 8, length: length)
            guard type.count == 4, type.allSatisfy({ ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A }) else { break }
            let isData = type.starts(with: "IDAT")
            hasData = hasData || (isData && !payload.isEmpty)
            // Data that breaks off is data all the same.
            if isData || payload.count == length { metadata.add(type: type, payload: payload) }
            guard offset + 12 + length <= reader.count else {
                // Of data that breaks off, whatever is there counts; of anything else, nothing.
                if isData { cut = offset + 8 + payload.count }
                break
            }
            if type.starts(with: "IEND") {
                hasEnd = true
                break
            }
            offset += 12 + length
            cut = offset
        }
        guard hasData else { throw .corrupt(format: "PNG", cause: "the file ends before the image data") }
        orientation = metadata.orientation
        repaired = hasEnd ? nil : Self.repair(bytes, chunkAt: offset, cut: cut)
    }

    /// Ends the chunk that starts at `offset` where its data is cut, and adds the chunk that ends a PNG.
    ///
    /// libpng fetches data by the block and drops a block that is not whole; without this it would give up rows that
    /// are there. Checksums are left zero, as they are not looked at in image data.
    private static func repair(_ bytes: UnsafeRawBufferPointer, chunkAt offset: Int, cut: Int) -> [UInt8] {
        var result = Array(bytes[..<cut])
        if cut > offset {
            let length = UInt32(truncatingIfNeeded: cut - offset - 8).bigEndian
            withUnsafeBytes(of: length) { result.replaceSubrange(offset..<(offset + 4), with: $0) }
            result += [0, 0, 0, 0]
        }
        return result + [0, 0, 0, 0] + Array("IEND".utf8) + [0xAE, 0x42, 0x60, 0x82]
    }
}
