import Foundation

/// Reads an output that is there already row by row.
final class RowReader {
    private let file: FileHandle
    private let path: String
    private let hasQuotedLineBreaks: Bool
    private var buffer: [UInt8] = []
    private var position = 0
    private var isAtEnd = false
    /// Where the rows handed out so far end, in bytes.
    private(set) var offset = 0

    /// - Throws: `RecaptionError.unreadableFile`.
    init(path: String, hasQuotedLineBreaks: Bool) throws {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw RecaptionError.unreadableFile(path: path, code: errno)
        }
        self.file = file
        self.path = path
        self.hasQuotedLineBreaks = hasQuotedLineBreaks
    }

    /// The next row with its line break. A row without one was cut off, and is none.
    /// - Throws: `RecaptionError.unreadableFile`, `CancellationError`.
    func next() throws -> [UInt8]? {
        var end = position
        var isQuoted = false
        while true {
            if end == buffer.count {
                guard !isAtEnd else { return nil }
                buffer.removeSubrange(..<position)
                end -= position
                position = 0
                try fill()
                continue
            }
            let byte = buffer[end]
            end += 1
            if hasQuotedLineBreaks, byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == UInt8(ascii: "\n"), !isQuoted { break }
        }
        let row = Array(buffer[position..<end])
        position = end
        offset += row.count
        return row
    }

    private func fill() throws {
        try Task.checkCancellation()
        do {
            let data = try file.read(upToCount: 1 << 18) ?? Data()
            isAtEnd = data.isEmpty
            buffer += data
        } catch {
            throw RecaptionError.unreadableFile(path: path, cause: error.localizedDescription)
        }
    }
}
