import CaptionerFiles
import Foundation
import SystemPackage

/// A file that is written piece by piece and appears under its name when it is whole.
final class WholeFile {
    private let path: FilePath
    /// Where a link leads, the file there.
    private let target: FilePath
    /// What the file is called until it is whole; nil for a pipe or a device, which is written as it is.
    private var temporary: FilePath?
    private let writer: RecordWriter
    private var buffer = Data()
    /// What the system was given.
    private(set) var prefix = FilePrefix()

    /// - Throws: `RecaptionError.unwritableOutput`; `CancellationError` when the task was cancelled while a pipe waited for
    ///   a reader.
    init(_ path: FilePath) throws {
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
            throw RecaptionError.unwritableOutput(path, code: error.rawValue)
        }
    }

    /// The file that was there stays if this one was not put in its place.
    deinit { temporary?.unlinked() }

    /// - Throws: `RecaptionError.unwritableOutput`, `CancellationError` when the task was cancelled, and what `body`
    ///   throws. The file that was there stays then.
    static func write<Result>(to path: FilePath, _ body: (WholeFile) throws -> Result) throws -> Result {
        let file = try WholeFile(path)
        let result = try body(file)
        try file.flush()
        try file.commit()
        return result
    }

    func append(_ text: String) throws {
        buffer += text.utf8
        if buffer.count >= 1 << 16 { try flush() }
    }

    func append(_ data: some Sequence<UInt8>) throws {
        buffer += data
        if buffer.count >= 1 << 16 { try flush() }
    }

    /// Gives the system what was appended so far.
    func flush() throws {
        // What a pipe got cannot be taken away.
        if temporary != nil { try Task.checkCancellation() }
        try writer.write(buffer)
        prefix.add(buffer)
        buffer = Data()
    }

    /// Whether a file has the same bytes. What was appended must have been flushed, and be whole rows.
    /// - Throws: `RecaptionError.unreadableFile`, `CancellationError`.
    func hasSameBytes(as path: FilePath) throws -> Bool {
        guard let temporary, FileStatus(path)?.size == prefix.byteCount else { return false }
        let own = try RowReader(path: temporary, hasQuotedLineBreaks: false)
        let other = try RowReader(path: path, hasQuotedLineBreaks: false)
        while let row = try own.next() {
            guard try other.next() == row else { return false }
        }
        return own.prefix.byteCount == prefix.byteCount
    }

    /// Puts the file in its place. What was appended must have been flushed.
    func commit() throws {
        guard let whole = temporary else { return }
        guard whole.renamed(to: target) == 0 else { throw RecaptionError.unwritableOutput(path, code: errno) }
        temporary = nil
    }
}
