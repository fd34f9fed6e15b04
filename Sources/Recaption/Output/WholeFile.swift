import CaptionerFiles
import Foundation
import SystemPackage

/// A file that is written piece by piece and appears under its name when it is whole.
final class WholeFile {
    private let writer: RecordWriter
    private var buffer = Data()

    private init(_ writer: RecordWriter) { self.writer = writer }

    /// - Throws: `RecaptionError.unwritableOutput`, `CancellationError` when the task was cancelled, and what `body`
    ///   throws. The file that was there stays then.
    static func write<Result>(to path: FilePath, _ body: (WholeFile) throws -> Result) throws -> Result {
        try OutputFile.check(path)
        // A pipe or a device is written as it is, and of a link the file that it leads to.
        guard !path.isSpecial else {
            let file = WholeFile(try RecordWriter(path: path, overwrites: true))
            let result = try body(file)
            try file.flush()
            return result
        }
        let target = path.real
        let (temporary, descriptor): (FilePath, Int32)
        do {
            (temporary, descriptor) = try target.openedTemporary()
        } catch {
            throw RecaptionError.unwritableOutput(path, code: error.rawValue)
        }
        do {
            let file = WholeFile(RecordWriter(descriptor: descriptor, name: path.escaped))
            let result = try body(file)
            try file.flush()
            guard temporary.renamed(to: target) == 0 else {
                throw RecaptionError.unwritableOutput(path, code: errno)
            }
            return result
        } catch {
            temporary.unlinked()
            throw error
        }
    }

    func append(_ text: String) throws {
        buffer += text.utf8
        if buffer.count >= 1 << 16 { try flush() }
    }

    func append(_ data: Data) throws {
        buffer += data
        if buffer.count >= 1 << 16 { try flush() }
    }

    /// Gives the system what was appended so far.
    func flush() throws {
        try Task.checkCancellation()
        try writer.write(buffer)
        buffer = Data()
    }
}
