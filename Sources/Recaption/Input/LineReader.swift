import CZlib
import Foundation

/// Reads a file line by line, plain or compressed with gzip, which its first bytes tell.
public final class LineReader {
    private let path: String
    private let file: gzFile
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)
    private var available = 0..<0
    /// Lines handed out so far.
    public private(set) var lineCount = 0

    /// The longest line that is read.
    static let lineLimit = 1 << 28

    /// - Throws: `RecaptionError.unreadableFile`.
    public init(path: String) throws {
        self.path = path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw RecaptionError.unreadableFile(path: path, code: errno) }
        guard let file = gzdopen(descriptor, "rb") else {
            close(descriptor)
            throw RecaptionError.unreadableFile(path: path, cause: "out of memory")
        }
        gzbuffer(file, UInt32(buffer.count))
        self.file = file
    }

    deinit { gzclose_r(file) }

    /// The next line without its line break, nil after the last. A byte order mark before the first is left out.
    /// - Throws: `RecaptionError.unreadableFile`, also for a compressed file that is cut off or damaged;
    ///   `CancellationError`.
    public func next() throws -> [UInt8]? {
        var line: [UInt8] = []
        while true {
            if available.isEmpty {
                try fill()
                if available.isEmpty {
                    guard !line.isEmpty else { return nil }
                    break
                }
            }
            if let end = buffer[available].firstIndex(of: UInt8(ascii: "\n")) {
                line += buffer[available.lowerBound..<end]
                available = end + 1..<available.upperBound
                break
            }
            line += buffer[available]
            available = 0..<0
            guard line.count <= Self.lineLimit else {
                throw RecaptionError.unreadableFile(
                    path: path, cause: "line \(lineCount + 1) has more than \(Self.lineLimit) bytes")
            }
        }
        if lineCount == 0, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        lineCount += 1
        return line
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
            throw RecaptionError.unreadableFile(path: path, cause: cause)
        }
        available = 0..<Int(count)
    }
}

extension Sequence<UInt8> {
    /// Whether there is nothing but white space.
    var isBlank: Bool { allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) } }
}
