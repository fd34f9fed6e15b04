import CaptionerFiles
import CaptionerJSON
import SystemPackage

/// The file of dropped rows: `{"index": N, "id": ..., "operator": NAME, "reason": TEXT, "stats": {...}, "sample": {...}}`
/// a line, the sample as it was read. There is none if nothing was dropped.
final class DroppedRows {
    private let path: FilePath
    private var file: WholeFile?

    /// - Throws: `FileError.unwritableOutput`.
    init(_ path: FilePath) throws {
        try OutputFile.check(path)
        self.path = path
    }

    /// - Parameters:
    ///   - operation: the operator that dropped it; nil for what could not be read.
    ///   - line: the row as it was read, if it is JSON.
    /// - Throws: `FileError.unwritableOutput`, `CancellationError`.
    func append(
        _ index: Int, id: JSONValue?, operation: String?, reason: String, stats: SampleStats?, line: [UInt8]?
    ) throws {
        let file = try file ?? WholeFile(path)
        self.file = file
        var members = [JSONMember("index", .integer(index))]
        if let id { members.append(JSONMember("id", id)) }
        if let operation { members.append(JSONMember("operator", .string(operation))) }
        members.append(JSONMember("reason", .string(reason)))
        if let stats, !stats.members.isEmpty { members.append(JSONMember("stats", stats.json)) }
        try file.append(
            line.map { JSONValue.object(members).line(with: "sample", $0) } ?? JSONValue.object(members).line)
    }

    /// Puts the file in its place, or takes away that of an earlier pass.
    /// - Throws: `FileError.unwritableOutput`, `CancellationError`.
    func finish() throws {
        guard let file else { return try path.written.remove() }
        try file.flush()
        try file.commit()
    }
}
