package import SystemPackage

/// Reads a file line by line, plain or compressed with gzip, which its first bytes show.
package final class LineReader {
    private let file: DecompressedFile
    private var cutter: LineCutter
    /// Lines handed out so far.
    package private(set) var lineCount = 0

    /// The longest line that is read.
    package static let lineLimit = 1 << 28

    /// - Parameter lineLimit: how long a line may be, in bytes. Longer ones are passed over.
    /// - Throws: `FileError.unreadableFile`.
    package init(path: FilePath, lineLimit: Int = LineReader.lineLimit) throws {
        cutter = LineCutter(bufferSize: 1 << 18, lineLimit: lineLimit)
        file = DecompressedFile(descriptor: try path.openedForLines(), path: path)
    }

    /// The next line without its line break, nil after the last. A byte order mark before the first is left out.
    /// - Throws: `FileError.unreadableFile`, also for a compressed file that is cut off, damaged, or
    ///   followed by something else; `CancellationError`.
    package func next() throws -> InputLine? {
        guard let line = try cutter.next(fill: { try file.read(into: &$0) }) else { return nil }
        lineCount += 1
        return line
    }
}
