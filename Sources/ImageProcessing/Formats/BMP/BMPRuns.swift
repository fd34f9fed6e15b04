/// The run-length encodings of BMP, read as Pillow reads them: what would go beyond a row is left out, and an image that
/// ends before its last row is none.
struct BMPRuns {
    private let bytes: UnsafeRawBufferPointer
    private let width: Int
    private let count: Int
    private let isRLE4: Bool
    private var position: Int
    private var indices: [UInt8] = []
    /// The pixel in its row, as far as runs count it.
    private var x = 0

    /// - Parameter bits: of a pixel, 4 or 8.
    init(_ bytes: UnsafeRawBufferPointer, header: BMPHeader, bits: Int) {
        self.bytes = bytes
        width = header.width
        count = header.width * header.height
        isRLE4 = bits == 4
        position = min(header.dataOffset, bytes.count)
    }

    /// An index for each pixel, rows as they are stored.
    /// - Throws: `ImageError.corrupt`.
    mutating func read() throws(ImageError) -> [UInt8] {
        // Two bytes stand for 255 pixels at most, and for rows that are skipped.
        indices.reserveCapacity(min(count, 128 * bytes.count))
        while indices.count < count, let length = next(), let value = next() {
            if length > 0 {
                appendRun(min(Int(length), max(width - x, 0)), of: value)
            } else if value == 0 {
                skip((width - indices.count % width) % width)
                x = 0
            } else if value == 1 {
                break
            } else if value == 2 {
                guard let right = next(), let up = next() else { break }
                skip(min(count - indices.count, Int(right) + Int(up) * width))
                x = indices.count % width
            } else if !appendLiterals(Int(value)) {
                break
            }
        }
        guard indices.count >= count else { throw .corrupt(format: "BMP", cause: "its runs end before the last row") }
        return indices
    }

    private mutating func next() -> UInt8? {
        guard position < bytes.count else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func appendRun(_ length: Int, of value: UInt8) {
        for index in 0..<length {
            indices.append(isRLE4 ? (index % 2 == 0 ? value >> 4 : value & 15) : value)
        }
        x += length
    }

    private mutating func skip(_ length: Int) { indices.append(contentsOf: repeatElement(0, count: length)) }

    /// - Returns: whether more can follow.
    private mutating func appendLiterals(_ length: Int) -> Bool {
        let pixels = min(count - indices.count, length)
        let expected = isRLE4 ? (pixels + 1) / 2 : pixels
        let found = min(expected, bytes.count - position)
        for (index, byte) in bytes[position..<(position + found)].enumerated() {
            if isRLE4 {
                indices.append(byte >> 4)
                if 2 * index + 1 < pixels { indices.append(byte & 15) }
            } else {
                indices.append(byte)
            }
        }
        position += found
        guard found == expected, indices.count < count else { return false }
        x += length
        // To an even place in the file.
        position += position % 2
        return true
    }
}
