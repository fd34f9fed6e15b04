import CaptionerDataSets
import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage

/// The file beside an output with all that was decided: a line for each change, none of which is ever changed.
///
/// `{"change": 3, "time": ..., "window": ..., "rows": [{"line", "sha256", "image", "decision", "captions"}]}`;
/// `{"change": 4, ..., "undo": 3}`; and of each file that rows were merged into `{"merged": NAME, "bytes", "crc32"}`.
struct ReviewJournal {
    let path: FilePath
    private let log: OutputLog
    /// What was merged last, by its path: its size and checksum.
    private(set) var merged: [FilePath: FilePrefix] = [:]
    /// The number of the last change.
    private var last = 0

    /// Opens the journal of an output, or begins one.
    /// - Parameter replay: receives each change and undoing, in order.
    /// - Throws: `FileError.unwritableOutput`, also when another review has it; `.unreadableFile` for a file that is none.
    init(path: FilePath, replay: (Entry) -> Void) throws {
        self.path = path
        log = try OutputLog(path: path, user: "another review")
        let rows = try RowReader(path: path, hasQuotedLineBreaks: false)
        var number = 0
        while let line = try rows.next() {
            number += 1
            guard let json = try? JSONParser.parse(line, .row), take(json, replay) else {
                throw FileError.unreadableFile(path, cause: "line \(number): no change of a review")
            }
        }
        // A line that was cut off was not answered, if it is one.
        guard rows.restCount > 0 else { return }
        if number == 0, !Self.canBegin(path) {
            throw FileError.unreadableFile(path, cause: "it is no file of a review")
        }
        // Editors may take the last line break away.
        let rest = try FileBytes.of(path).suffix(rows.restCount)
        if let json = try? JSONParser.parse(Array(rest), .row), take(json, replay) {
            try log.append("\n")
        } else {
            try log.truncate(to: rows.prefix)
        }
    }

    /// Whether the first bytes of a file are those of a journal, or of a part of one.
    private static func canBegin(_ path: FilePath) -> Bool {
        guard let bytes = try? FileBytes.of(path) else { return false }
        return [#"{"change": "#, #"{"merged": "#].contains { start in
            zip(start.utf8, bytes).allSatisfy { $0 == $1 }
        }
    }

    /// What was done once.
    enum Entry {
        case save([(key: RowKey, review: RowReview)], number: Int)
        case undo(Int, number: Int)

        /// Of the rows that it is about, if it says so.
        var keys: [RowKey] { if case .save(let rows, _) = self { rows.map(\.key) } else { [] } }
    }

    /// - Returns: whether it is a line of a journal.
    private mutating func take(_ json: JSONValue, _ replay: (Entry) -> Void) -> Bool {
        if let name = json["merged"]?.text, let size = json["bytes"]?.size,
            let checksum = json["crc32"]?.size.flatMap({ UInt32(exactly: $0) })
        {
            // Beside the journal it is wherever the folder is.
            merged[path.absolute.folder.pushing(FilePath(escaped: name))] = FilePrefix(
                byteCount: size, checksum: checksum)
            return true
        }
        guard let number = json["change"]?.size, number == last + 1 else { return false }
        last = number
        if let undone = json["undo"]?.size {
            replay(.undo(undone, number: number))
            return true
        }
        var rows: [(key: RowKey, review: RowReview)] = []
        for row in json["rows"]?.elements ?? [] {
            guard let key = RowKey(row), let review = RowReview(row) else { return false }
            rows.append((key, review))
        }
        guard !rows.isEmpty else { return false }
        replay(.save(rows, number: number))
        return true
    }

    /// Adds a change. When this returns, the disk has it.
    /// - Returns: its number.
    /// - Throws: `FileError.unwritableOutput`, `.lostOutput`.
    mutating func save(
        _ rows: [(key: RowKey, review: RowReview, image: String?)], window: String
    ) throws -> Int {
        let rows = rows.map { key, review, image -> JSONValue in
            .object(key.members + (image.map { [JSONMember("image", .string($0))] } ?? []) + review.members)
        }
        return try append(window, JSONMember("rows", .array(rows)))
    }

    /// The same of an undoing.
    mutating func undo(_ change: Int, window: String) throws -> Int {
        try append(window, JSONMember("undo", .integer(change)))
    }

    private mutating func append(_ window: String, _ member: JSONMember) throws -> Int {
        let json = JSONValue.object([
            JSONMember("change", .integer(last + 1)), JSONMember("time", .string(Date().ISO8601Format())),
            JSONMember("window", .string(window)), member,
        ])
        try append(json.line)
        last += 1
        return last
    }

    /// What is not on the disk whole is taken back, so that it counts for nothing, and the next change can be saved.
    private func append(_ line: [UInt8]) throws {
        let before = log.prefix
        do {
            try log.append(line)
            try log.synchronize()
        } catch {
            try? log.rollBack(to: before)
            throw error
        }
    }

    /// Notes which file rows were merged into, so that it may be replaced while it is as it was made.
    mutating func note(_ contents: FilePrefix, of file: FilePath) throws {
        let isBeside = file.folder == path.absolute.folder
        let name = isBeside ? FilePath(root: nil, file.components.suffix(1)) : file
        let json = JSONValue.object([
            JSONMember("merged", .string(name.escaped)), JSONMember("bytes", .integer(contents.byteCount)),
            JSONMember("crc32", .integer(contents.checksum)),
        ])
        try append(json.line)
        merged[file] = contents
    }

    /// Removes a file in which nothing is.
    static func removeIfEmpty(_ path: FilePath) {
        if FileStatus(path)?.size == 0 { path.unlinked() }
    }
}
