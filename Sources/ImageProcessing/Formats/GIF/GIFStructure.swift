/// What precedes the pixels of a GIF's first frame, read as Pillow's `GifImagePlugin` reads it.
///
/// - Bytes between blocks that begin none are skipped.
/// - The frame may lie outside of the screen, which grows then.
/// - A palette of greys in ascending order counts as none. Where neither the frame's counts nor the global one, indices are
///   grey values.
/// - The last transparent index before the frame is what the screen is filled with.
struct GIFStructure {
    private(set) var width: Int
    private(set) var height: Int
    /// Where the frame's pixels are on the screen.
    private(set) var frame = (x: 0, y: 0, width: 0, height: 0)
    private(set) var isInterlaced = false
    /// Red, green and blue of each index, as many as the file has; nil where indices are grey values.
    private(set) var palette: [UInt8]?
    /// The index of all pixels that the frame does not hold.
    private(set) var fill: UInt8 = 0
    /// The index of transparent pixels.
    private(set) var transparentIndex: UInt8?
    /// The bits of a literal code, and where the first block of codes begins.
    private(set) var codeBits = 0
    private(set) var dataOffset = 0

    /// - Throws: `ImageError.corrupt` when there is no frame.
    init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
        var cursor = Cursor(reader: ByteReader(bytes: bytes))
        let reader = cursor.reader
        guard bytes.count >= 13, let width = reader.uint16(at: 6, bigEndian: false),
            let height = reader.uint16(at: 8, bigEndian: false), let flags = reader.byte(at: 10)
        else { throw Self.withoutFrame }
        (self.width, self.height) = (Int(width), Int(height))
        cursor.position = 13
        if flags & 0x80 != 0 { palette = Self.palette(cursor.read(3 << (Int(flags & 7) + 1))) }
        try findFrame(&cursor)
        guard self.width > 0, self.height > 0 else {
            throw .corrupt(format: "GIF", cause: "\(self.width) x \(self.height) pixels")
        }
    }

    private static let withoutFrame = ImageError.corrupt(format: "GIF", cause: "it ends before the first frame")

    private mutating func findFrame(_ cursor: inout Cursor) throws(ImageError) {
        while let block = cursor.byte(), block != 0x3B {
            switch block {
            case 0x21: try readExtension(&cursor)
            case 0x2C: return try readFrame(&cursor)
            default: break
            }
        }
        throw Self.withoutFrame
    }

    private mutating func readExtension(_ cursor: inout Cursor) throws(ImageError) {
        guard let label = cursor.byte() else { throw Self.withoutFrame }
        var block = cursor.block()
        switch (label, block) {
        case (0xF9, let control?):
            // A duration, of which nothing is made here, belongs to it as well.
            guard control.count >= (control.first.map { $0 & 1 } == 1 ? 4 : 3) else {
                if cursor.isAtEnd { throw .corrupt(format: "GIF", cause: "it ends within an extension") }
                throw .corrupt(format: "GIF", cause: "a graphic control extension of \(control.count) bytes")
            }
            if control[0] & 1 != 0 { (fill, transparentIndex) = (control[3], control[3]) }
        case (0xFE, _):
            while block != nil { block = cursor.block() }
            return
        case (0xFF, let application?):
            if application.starts(with: "NETSCAPE2.0") { _ = cursor.block() }
        default: break
        }
        // Also after an extension without a block, which Pillow takes for one whose end is still to come.
        while cursor.block() != nil {}
    }

    private mutating func readFrame(_ cursor: inout Cursor) throws(ImageError) {
        let start = cursor.position
        let numbers = [0, 2, 4, 6].compactMap { cursor.reader.uint16(at: start + $0, bigEndian: false).map(Int.init) }
        guard numbers.count == 4, let flags = cursor.reader.byte(at: start + 8) else { throw Self.withoutFrame }
        cursor.position = start + 9
        frame = (numbers[0], numbers[1], numbers[2], numbers[3])
        width = max(width, frame.x + frame.width)
        height = max(height, frame.y + frame.height)
        isInterlaced = flags & 0x40 != 0
        if flags & 0x80 != 0 { palette = Self.palette(cursor.read(3 << (Int(flags & 7) + 1))) ?? palette }
        guard let bits = cursor.byte() else { throw Self.withoutFrame }
        (codeBits, dataOffset) = (Int(bits), cursor.position)
    }

    /// Nil for greys in ascending order.
    private static func palette(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        let isRamp = bytes.indices.allSatisfy { Int(bytes[$0]) == $0 / 3 }
        return isRamp ? nil : Array(bytes)
    }

    /// Reads on from a position, as far as there are bytes.
    private struct Cursor {
        let reader: ByteReader
        var position = 0

        var isAtEnd: Bool { position >= reader.count }

        mutating func byte() -> UInt8? {
            guard let byte = reader.byte(at: position) else { return nil }
            position += 1
            return byte
        }

        mutating func read(_ count: Int) -> UnsafeRawBufferPointer {
            let slice = reader.slice(at: position, length: count)
            position += slice.count
            return slice
        }

        /// A block of data; nil at the end of such blocks, and at that of the file.
        mutating func block() -> UnsafeRawBufferPointer? {
            guard let length = byte(), length > 0 else { return nil }
            return read(Int(length))
        }
    }
}
