import Foundation
package import SystemPackage

/// A file that is written piece by piece and appears under its name when it is whole.
package final class WholeFile {
    private let path: FilePath
    /// Where a link leads, the file there.
    private let target: FilePath
    /// What the file is called until it is whole; nil for a pipe or a device, which is written as it is.
    private var temporary: FilePath?
    private let writer: RecordWriter
    private var buffer = Data()
    /// What the system was given.
    package private(set) var prefix = FilePrefix()

    /// - Throws: `FileError.unwritableOutput`; `CancellationError` when the task was cancelled while a pipe waited for
    ///   a reader.
    package init(_ path: FilePath) throws {
        try OutputFile.check(path)
        self.path = path
        target = path.written
        guard !path.isSpecial else {
            writer = try RecordWriter(path: path, overwrites: true)
            return
        }
        do {
            let (temporary, descriptor) = try target.openedTemporary()
            self.temporary = temporary
            writer = RecordWriter(descriptor: descriptor, name: path.escaped)
        } catch {
            throw FileError.unwritableOutput(path, code: error.rawValue)
        }
    }

    /// The file that was there stays if this one was not put in its place.
    deinit { temporary?.unlinked() }

    /// - Throws: `FileError.unwritableOutput`, `CancellationError` when the task was cancelled, and what `body`
    ///   throws. The file that was there stays then.
    package static func write<Result>(to path: FilePath, _ body: (WholeFile) throws -> Result) throws -> Result {
        let file = try WholeFile(path)
        let result = try body(file)
        try file.flush()
        try file.commit()
        return result
    }

    package func append(_ text: String) throws {
        buffer += text.utf8
        if buffer.count >= 1 << 16 { try flush() }
    }

    package func append(_ data: some Sequence<UInt8>) throws {
        buffer += data
        if buffer.count >= 1 << 16 { try flush() }
    }

    /// Gives the system what was appended so far.
    package func flush() throws {
        // What a pipe got cannot be taken away.
        if temporary != nil { try Task.checkCancellation() }
        try writer.write(buffer)
        prefix.add(buffer)
        buffer = Data()
    }

    /// Whether a file has the same bytes. What was appended must have been flushed, and be whole rows.
    /// - Throws: `FileError.unreadableFile`, `CancellationError`.
    package func hasSameBytes(as path: FilePath) throws -> Bool {
        guard let temporary, FileStatus(path)?.size == prefix.byteCount else { return false }
        let own = try RowReader(path: temporary, hasQuotedLineBreaks: false)
        let other = try RowReader(path: path, hasQuotedLineBreaks: false)
        while let row = try own.next() {
            guard try other.next() == row else { return false }
        }
        return own.prefix.byteCount == prefix.byteCount
    }

    /// Puts the file in its place. What was appended must have been flushed.
    package func commit() throws {
        guard let whole = temporary else { return }
        guard whole.renamed(to: target) == 0 else { throw FileError.unwritableOutput(path, code: errno) }
        temporary = nil
    }
}
