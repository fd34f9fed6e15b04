/// Finds the cells of a text file whose cells are separated by tabs, row by row.
struct CellCutter {
    /// A quotation that does not end.
    struct OpenQuote: Error {
        /// Where it begins, from 1.
        let line: Int
    }

    private var position: Int
    private var line = 1

    private static let tab = UInt8(ascii: "\t")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let quote = UInt8(ascii: "\"")

    init(start: Int) { position = start }

    /// The cells of the next row, nil after the last.
    mutating func next(in bytes: UnsafeRawBufferPointer) throws(OpenQuote) -> [Range<Int>]? {
        skipBlankLines(in: bytes)
        guard position < bytes.count else { return nil }
        var cells: [Range<Int>] = []
        while true {
            let start = position
            if position < bytes.count, bytes[position] == Self.quote { try skipQuotation(in: bytes) }
            while position < bytes.count, !Self.endsCell(bytes[position]) { position += 1 }
            cells.append(start..<position)
            guard position < bytes.count, bytes[position] == Self.tab else { break }
            position += 1
        }
        skipLineBreak(in: bytes)
        return cells
    }

    private static func endsCell(_ byte: UInt8) -> Bool { byte == tab || byte == lineFeed || byte == carriageReturn }

    /// To the byte after the quotation mark that ends it.
    private mutating func skipQuotation(in bytes: UnsafeRawBufferPointer) throws(OpenQuote) {
        let startLine = line
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == Self.lineFeed { line += 1 }
            guard byte == Self.quote else { continue }
            guard position < bytes.count, bytes[position] == Self.quote else { return }
            position += 1
        }
        throw OpenQuote(line: startLine)
    }

    private mutating func skipBlankLines(in bytes: UnsafeRawBufferPointer) {
        while position < bytes.count {
            var end = position
            while end < bytes.count, bytes[end] == 0x20 { end += 1 }
            guard end == bytes.count || bytes[end] == Self.lineFeed || bytes[end] == Self.carriageReturn else { return }
            position = end
            skipLineBreak(in: bytes)
        }
    }

    private mutating func skipLineBreak(in bytes: UnsafeRawBufferPointer) {
        guard position < bytes.count else { return }
        let isReturn = bytes[position] == Self.carriageReturn
        position += 1
        line += 1
        if isReturn, position < bytes.count, bytes[position] == Self.lineFeed { position += 1 }
    }
}
