import CZlib
import CaptionerFiles
import Foundation
public import SystemPackage

/// Reads a file line by line, plain or compressed with gzip, which its first bytes tell.
public final class LineReader {
    private let path: FilePath
    private let file: gzFile
    private let lineLimit: Int
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)
    private var available = 0..<0
    /// Lines handed out so far.
    public private(set) var lineCount = 0

    /// The longest line that is read.
    public static let lineLimit = 1 << 28

    /// - Parameter lineLimit: how long a line may be, in bytes. Longer ones are passed over.
    /// - Throws: `RecaptionError.unreadableFile`.
    public init(path: FilePath, lineLimit: Int = LineReader.lineLimit) throws {
        self.path = path
        self.lineLimit = lineLimit
        // Without O_NONBLOCK, opening a named pipe waits for somebody to write to it, and no signal ends that.
        let descriptor = path.opened(O_RDONLY | O_NONBLOCK)
        guard descriptor >= 0 else { throw RecaptionError.unreadableFile(path, code: errno) }
        guard let kind = FileStatus(descriptor: descriptor)?.kind, kind != .special else {
            close(descriptor)
            throw RecaptionError.unreadableFile(path, cause: "not a regular file; write what it gives to one first")
        }
        guard let file = gzdopen(descriptor, "rb") else {
            close(descriptor)
            throw RecaptionError.unreadableFile(path, cause: "out of memory")
        }
        gzbuffer(file, UInt32(buffer.count))
        self.file = file
    }

    deinit { gzclose_r(file) }

    /// The next line without its line break, nil after the last. A byte order mark before the first is left out.
    /// - Throws: `RecaptionError.unreadableFile`, also for a compressed file that is cut off or damaged;
    ///   `CancellationError`.
    public func next() throws -> InputLine? {
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
        if lineCount == 0, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
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
        try Task.checkCancellation()
        let count = buffer.withUnsafeMutableBytes { gzread(file, $0.baseAddress, UInt32($0.count)) }
        var code: Int32 = 0
        let message = gzerror(file, &code)
        guard count >= 0, code == Z_OK || code == Z_STREAM_END else {
            let cause =
                code == Z_ERRNO
                ? String(cString: strerror(errno))
                : code == Z_BUF_ERROR
                    ? "the compressed data ends too early" : message.map { String(cString: $0) } ?? "zlib error \(code)"
            throw RecaptionError.unreadableFile(path, cause: cause)
        }
        available = 0..<Int(count)
    }
}
