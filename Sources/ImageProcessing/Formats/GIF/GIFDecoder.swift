/// The first frame of a GIF to RGB.
enum GIFDecoder {
    /// - Throws: `ImageError.corrupt` when not a single pixel can be had.
    static func decode(_ bytes: UnsafeRawBufferPointer, structure: GIFStructure) throws(ImageError) -> RGBImage {
        var rows = GIFRows(structure)
        guard rows.isInside else {
            throw .corrupt(
                format: "GIF", cause: "a frame of \(structure.frame.width) x \(structure.frame.height) pixels")
        }
        // Literal codes of more bits than codes have.
        guard structure.codeBits <= 12 else {
            throw .corrupt(format: "GIF", cause: "codes of \(structure.codeBits) bits")
        }
        let width = structure.width
        var indices = [UInt8](repeating: structure.fill, count: width * structure.height)
        let ending = indices.withUnsafeMutableBufferPointer { canvas in
            var reader = LZWReader(bytes, at: structure.dataOffset, bits: structure.codeBits)
            return reader.read { string in rows.append(string, to: canvas, width: width) }
        }
        guard rows.hasPixels else { throw .corrupt(format: "GIF", cause: "no pixels: \(ending.description)") }
        let note: String? = rows.isComplete ? nil : ending.description
        let alpha = structure.transparentIndex.map { index in indices.map { $0 == index ? UInt8(0) : 255 } }
        return RGBImage(
            decodedWidth: width, height: structure.height, bytes: colors(of: indices, structure.palette),
            alpha: alpha, note: note, isTruncated: note != nil && ending == .truncated)
    }

    private static func colors(of indices: [UInt8], _ palette: [UInt8]?) -> [UInt8] {
        let colors = palette.map(IndexedColors.init) ?? IndexedColors()
        return [UInt8](unsafeUninitializedCapacity: indices.count * 3) { rgb, initializedCount in
            guard let target = rgb.baseAddress else { return }
            indices.withUnsafeBufferPointer { colors.convert($0, to: target) }
            initializedCount = rgb.count
        }
    }
}

/// The rows of a frame in the order in which they are stored.
private struct GIFRows {
    private let frame: (x: Int, y: Int, width: Int, height: Int)
    /// Rows from one to the next, and the first row of the passes that follow.
    private var step: Int
    private var passes: [(first: Int, step: Int)]
    private var x = 0
    private var y = 0
    private(set) var hasPixels = false

    init(_ structure: GIFStructure) {
        frame = structure.frame
        step = structure.isInterlaced ? 8 : 1
        passes = structure.isInterlaced ? [(4, 8), (2, 4), (1, 2)] : []
    }

    var isInside: Bool { frame.width > 0 && frame.height > 0 }
    var isComplete: Bool { y >= frame.height }

    /// Writes indices of pixels that follow each other.
    /// - Returns: whether there is room for more.
    mutating func append(
        _ string: UnsafeBufferPointer<UInt8>, to canvas: UnsafeMutableBufferPointer<UInt8>, width: Int
    ) -> Bool {
        for index in string {
            guard !isComplete else { return false }
            canvas[(frame.y + y) * width + frame.x + x] = index
            hasPixels = true
            x += 1
            if x == frame.width { beginRow() }
        }
        return !isComplete
    }

    private mutating func beginRow() {
        x = 0
        y += step
        while y >= frame.height, !passes.isEmpty { (y, step) = passes.removeFirst() }
    }
}
