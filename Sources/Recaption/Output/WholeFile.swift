import Foundation

/// A file that is written piece by piece and appears under its name when it is whole.
final class WholeFile {
    private let writer: RecordWriter
    private var buffer = ""

    private init(_ writer: RecordWriter) { self.writer = writer }

    /// - Throws: `RecaptionError.unwritableOutput`, `CancellationError`, and what `body` throws. The file that was there
    ///   stays then.
    static func write<Result>(to path: String, _ body: (WholeFile) throws -> Result) throws -> Result {
        try OutputFile.check(path)
        // A pipe or a device is written as it is.
        let isSpecial = OutputFile.isSpecial(path)
        let temporary = isSpecial ? path : path + ".\(ProcessInfo.processInfo.processIdentifier).tmp"
        do {
            let writer = try RecordWriter(path: temporary, overwrites: true)
            let file = WholeFile(writer)
            let result = try body(file)
            try file.flush()
            guard isSpecial || rename(temporary, path) == 0 else {
                throw RecaptionError.unwritableOutput(path: path, code: errno)
            }
            return result
        } catch {
            if !isSpecial { unlink(temporary) }
            throw error
        }
    }

    func append(_ text: String) throws {
        try Task.checkCancellation()
        buffer += text
        if buffer.utf8.count >= 1 << 16 { try flush() }
    }

    /// Gives the system what was appended so far.
    func flush() throws {
        try writer.write(Data(buffer.utf8))
        buffer = ""
    }
}
