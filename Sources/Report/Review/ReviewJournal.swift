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

    /// Opens the journal of an output, or begins one.
    /// - Parameter replay: receives each change and undoing.
    /// - Throws: `FileError.unwritableOutput`, also when another review has it; `.unreadableFile` for a file that is none.
    init(path: FilePath, replay: (Entry) -> Bool) throws {
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
        // A line that was cut off was not answered.
        try log.truncate(to: rows.prefix)
    }

    /// What was done once.
    enum Entry {
        case save([(key: RowKey, review: RowReview)], number: Int)
        case undo(Int, number: Int)
    }

    /// - Returns: whether it is a line of a journal.
    private mutating func take(_ json: JSONValue, _ replay: (Entry) -> Bool) -> Bool {
        if let name = json["merged"]?.text, let size = json["bytes"]?.size,
            let checksum = json["crc32"]?.size.flatMap({ UInt32(exactly: $0) })
        {
            merged[FilePath(escaped: name)] = FilePrefix(byteCount: size, checksum: checksum)
            return true
        }
        guard let number = json["change"]?.size else { return false }
        if let undone = json["undo"]?.size { return replay(.undo(undone, number: number)) }
        var rows: [(key: RowKey, review: RowReview)] = []
        for row in json["rows"]?.elements ?? [] {
            guard let key = RowKey(row), let review = RowReview(row) else { return false }
            rows.append((key, review))
        }
        return !rows.isEmpty && replay(.save(rows, number: number))
    }

    /// Adds a change. When this returns, the disk has it.
    /// - Throws: `FileError.unwritableOutput`, `.lostOutput`.
    mutating func save(
        _ rows: [(key: RowKey, review: RowReview, image: String?)], number: Int, window: String
    ) throws {
        let rows = rows.map { key, review, image -> JSONValue in
            .object(key.members + (image.map { [JSONMember("image", .string($0))] } ?? []) + review.members)
        }
        try append(number, window, JSONMember("rows", .array(rows)))
    }

    /// The same of an undoing.
    mutating func undo(_ change: Int, number: Int, window: String) throws {
        try append(number, window, JSONMember("undo", .integer(change)))
    }

    private func append(_ number: Int, _ window: String, _ member: JSONMember) throws {
        let json = JSONValue.object([
            JSONMember("change", .integer(number)), JSONMember("time", .string(Date().ISO8601Format())),
            JSONMember("window", .string(window)), member,
        ])
        try log.append(json.line)
        try log.synchronize()
    }

    /// Notes which file rows were merged into, so that it may be replaced as long as nobody else changes it.
    mutating func note(_ contents: FilePrefix, of file: FilePath) throws {
        let json = JSONValue.object([
            JSONMember("merged", .string(file.escaped)), JSONMember("bytes", .integer(contents.byteCount)),
            JSONMember("crc32", .integer(contents.checksum)),
        ])
        try log.append(json.line)
        merged[file] = contents
    }

    /// Removes a file in which nothing is.
    func removeIfEmpty() {
        if log.prefix.byteCount == 0 { path.unlinked() }
    }
}
