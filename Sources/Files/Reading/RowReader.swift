import Foundation
package import SystemPackage

/// Reads an output that is there already row by row.
package final class RowReader {
    private let file: FileHandle
    private let path: FilePath
    private let hasQuotedLineBreaks: Bool
    private var buffer: [UInt8] = []
    private var position = 0
    private var isAtEnd = false
    /// The rows handed out so far.
    package private(set) var prefix = FilePrefix()

    /// - Throws: `FileError.unreadableFile`, also for what is no regular file.
    package init(path: FilePath, hasQuotedLineBreaks: Bool) throws {
        file = FileHandle(fileDescriptor: try path.openedForLines(), closeOnDealloc: true)
        self.path = path
        self.hasQuotedLineBreaks = hasQuotedLineBreaks
    }

    /// The next row with its line break. A row without one was cut off, and is none.
    /// - Throws: `FileError.unreadableFile`, `CancellationError`.
    package func next() throws -> [UInt8]? {
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
            let found = endOfRow(from: end, &isQuoted)
            end = found ?? buffer.count
            if found != nil { break }
        }
        let row = Array(buffer[position..<end])
        position = end
        prefix.add(row)
        return row
    }

    /// How many bytes follow the last row that is whole; valid at the end of the file.
    package var restCount: Int { buffer.count - position }

    /// The place after the next line break that ends a row, if the buffer has one.
    private func endOfRow(from start: Int, _ isQuoted: inout Bool) -> Int? {
        buffer.withUnsafeBufferPointer { bytes in
            var index = start
            while index < bytes.count {
                let byte = bytes[index]
                index += 1
                if hasQuotedLineBreaks, byte == UInt8(ascii: "\"") { isQuoted.toggle() }
                if byte == UInt8(ascii: "\n"), !isQuoted { return index }
            }
            return nil
        }
    }

    private func fill() throws {
        try Task.checkCancellation()
        do {
            let data = try file.read(upToCount: 1 << 18) ?? Data()
            isAtEnd = data.isEmpty
            buffer += data
        } catch {
            throw FileError.unreadableFile(path, cause: error.localizedDescription)
        }
    }
}
