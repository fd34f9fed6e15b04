import Foundation

/// Cuts what a source gives, a buffer at a time, into lines.
package struct LineCutter {
    private let lineLimit: Int
    private var buffer: [UInt8]
    private var available = 0..<0
    private var isAtStart = true

    /// - Parameters:
    ///   - bufferSize: the most bytes that are asked for at once.
    ///   - lineLimit: how long a line may be, in bytes, its break left out. Longer ones are passed over.
    package init(bufferSize: Int, lineLimit: Int) {
        self.lineLimit = lineLimit
        buffer = [UInt8](repeating: 0, count: bufferSize)
    }

    /// The next line without its line break, nil after the last. What follows the last line break is a line, too. A byte
    /// order mark before the first is left out.
    /// - Parameter fill: writes the next bytes into the buffer, and gives their count; 0 at the end. It is called only
    ///   when no byte is left, so that a line is returned as soon as its break has been read.
    package mutating func next(fill: (inout [UInt8]) throws -> Int) rethrows -> InputLine? {
        var line: [UInt8] = []
        var length = 0
        while true {
            if available.isEmpty {
                available = 0..<(try fill(&buffer))
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
        if isAtStart { line = Array(line.withoutByteOrderMark) }
        isAtStart = false
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
}
