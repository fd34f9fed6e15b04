import CaptionerDataSets
import CaptionerFiles
import Foundation

/// Cuts what a descriptor gives into lines, each as soon as its line break is there.
///
/// `LineReader` reads regular files alone, and more of them than a line; a pipe gives no more before its client has the answer.
struct RequestReader {
    private let descriptor: Int32
    private let lineLimit: Int
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)
    private var available = 0..<0
    private var isAtStart = true

    /// - Parameters:
    ///   - descriptor: stays open.
    ///   - lineLimit: how long a line may be, in bytes, its break left out.
    init(descriptor: Int32, lineLimit: Int) {
        self.descriptor = descriptor
        self.lineLimit = lineLimit
    }

    /// The next line, nil at the end. What follows the last line break is a line, too. A byte order mark before the
    /// first is left out.
    /// - Throws: `FileError.unreadableFile`.
    mutating func next() throws -> InputLine? {
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
            let end = buffer[available].firstIndex(of: UInt8(ascii: "\n"))
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

    private mutating func fill() throws {
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                available = 0..<count
                return
            }
            guard errno == EINTR else { throw FileError.unreadableFile(path: "standard input", code: errno) }
        }
    }
}
