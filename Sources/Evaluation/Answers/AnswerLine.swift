import CaptionerFiles
import CaptionerJSON
package import SystemPackage

/// An answer and where it was read.
package struct AnswerLine: Sendable {
    package let record: AnswerRecord
    /// Its number in the file, from 1.
    package let number: Int
    /// The line as it was read, without its break.
    package let bytes: [UInt8]

    package init(record: AnswerRecord, number: Int, bytes: [UInt8]) {
        self.record = record
        self.number = number
        self.bytes = bytes
    }
}

/// Answers to the questions of a benchmark, and notes about them.
package struct AnswerSet: Sendable {
    package var lines: [AnswerLine]
    package var notes: [String] = []
    /// Answers that are empty because there is none.
    package var failureCount = 0

    package init(lines: [AnswerLine], notes: [String] = []) {
        self.lines = lines
        self.notes = notes
    }
}

/// Where answers come from.
package protocol AnswerProvider: Sendable {
    /// Answers to questions, in any order. Some may be missing, and some belong to other questions.
    func answers(to questions: [EvaluationQuestion]) async throws -> AnswerSet
}

/// An answer file that is there, of these scripts or of MGM's.
package struct AnswerFile: AnswerProvider {
    package let path: FilePath

    package init(_ path: FilePath) { self.path = path }

    /// All answers of the file. A last line without a break that is no answer was cut off, and is left out with a note.
    /// - Throws: `FileError.unreadableFile`, which names the line that is no answer; `CancellationError`.
    package func answers(to questions: [EvaluationQuestion]) async throws -> AnswerSet {
        let reader = try LineReader(path: path)
        var result = AnswerSet(lines: [])
        // A line is judged when it is known whether another follows.
        var failure: FileError?
        while let line = try reader.next() {
            if let failure { throw failure }
            guard !line.isBlank else { continue }
            do {
                let bytes = try line.read()
                result.lines.append(
                    AnswerLine(record: try AnswerRecord(line: bytes), number: reader.lineCount, bytes: bytes))
            } catch {
                failure = .unreadableFile(path, cause: "line \(reader.lineCount): \(error)")
            }
        }
        guard let failure else { return result }
        guard try !endsWithLineBreak() else { throw failure }
        result.notes.append("the last line of \(path.escaped), \(reader.lineCount), is cut off, and left out")
        return result
    }

    /// Whether the last line is whole.
    private func endsWithLineBreak() throws -> Bool {
        let rows = try RowReader(path: path, hasQuotedLineBreaks: false)
        while try rows.next() != nil {}
        return rows.restCount == 0
    }
}
