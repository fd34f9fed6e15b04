import CaptionerFiles
import Foundation

/// Cuts what a descriptor gives into lines, each as soon as its line break is there.
///
/// `LineReader` reads regular files alone, and more of them than a line; a pipe gives no more before its client has the answer.
struct RequestReader {
    private let descriptor: Int32
    private var cutter: LineCutter

    /// - Parameters:
    ///   - descriptor: stays open.
    ///   - lineLimit: how long a line may be, in bytes, its break left out.
    init(descriptor: Int32, lineLimit: Int) {
        self.descriptor = descriptor
        cutter = LineCutter(bufferSize: 1 << 16, lineLimit: lineLimit)
    }

    /// The next line, nil at the end. What follows the last line break is a line, too. A byte order mark before the
    /// first is left out.
    /// - Throws: `FileError.unreadableFile`.
    mutating func next() throws -> InputLine? {
        try cutter.next { [descriptor] buffer in
            while true {
                let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
                if count >= 0 { return count }
                guard errno == EINTR else { throw FileError.unreadableFile(path: "standard input", code: errno) }
            }
        }
    }
}
