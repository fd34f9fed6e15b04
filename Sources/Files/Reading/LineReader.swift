import Foundation
package import SystemPackage

/// Reads a file line by line, plain or compressed with gzip, which its first bytes tell.
package final class LineReader {
    private let file: DecompressedFile
    private let lineLimit: Int
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)
    private var available = 0..<0
    /// Lines handed out so far.
    package private(set) var lineCount = 0

    /// The longest line that is read.
    package static let lineLimit = 1 << 28

    /// - Parameter lineLimit: how long a line may be, in bytes. Longer ones are passed over.
    /// - Throws: `FileError.unreadableFile`.
    package init(path: FilePath, lineLimit: Int = LineReader.lineLimit) throws {
        self.lineLimit = lineLimit
        file = DecompressedFile(descriptor: try path.openedForLines(), path: path)
    }

    /// The next line without its line break, nil after the last. A byte order mark before the first is left out.
    /// - Throws: `FileError.unreadableFile`, also for a compressed file that is cut off, damaged, or
    ///   followed by something else; `CancellationError`.
    package func next() throws -> InputLine? {
        var line: [UInt8] = []
        var length = 0
        while true {
            if available.isEmpty {
                try fill()
                if available.isEmpty {
                    guard length > 0 else { return nil }
                    break
                }
            }
            let end = endOfLine()
            let part = available.lowerBound..<(end ?? available.upperBound)
            length += part.count
            // What is too long already is counted, and kept no longer.
            if length <= lineLimit { line += buffer[part] } else { line = [] }
            available = (end.map { $0 + 1 } ?? available.upperBound)..<available.upperBound
            if end != nil { break }
        }
        if lineCount == 0 { line = Array(line.withoutByteOrderMark) }
        lineCount += 1
        return length <= lineLimit ? .bytes(line) : .tooLong(limit: lineLimit)
    }

    private func endOfLine() -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress,
                let found = memchr(start + available.lowerBound, Int32(UInt8(ascii: "\n")), available.count)
            else { return nil }
            return UnsafeRawPointer(found) - start
        }
    }

    private func fill() throws {
        available = 0..<(try file.read(into: &buffer))
    }
}
