import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage

/// The second reading: rows that are kept, as they are, and the others with their reasons.
struct SelectionWriter {
    let selection: RowSelection
    let dataSet: DataSet
    let table: RowTable
    var judge: RowJudge

    /// - Parameter order: the rows that are kept in the order in which they are written; nil for the data set's.
    /// - Throws: `FileError`, `CancellationError`.
    func write(to output: FilePath, dropped: FilePath, order: [Int32]?) throws {
        let keptFile = try WholeFile(output)
        let droppedFile = try WholeFile(dropped)
        let spool = try order.map { _ in try RowSpool(beside: output) }
        var judge = judge
        var contents = FilePrefix()
        var row: Int32 = 0
        var lines = try dataSet.lines()
        while let line = try lines.next() {
            guard row < table.count else { throw changed }
            contents.add(line.bytes ?? [])
            if let reason = table.reasons[Int(row)] {
                try droppedFile.append(record(of: line, row, reason, &judge))
            } else {
                let bytes = try line.read() + [UInt8(ascii: "\n")]
                if let spool { try spool.append(bytes, as: row) } else { try keptFile.append(bytes) }
            }
            row += 1
        }
        guard row == table.count, contents == table.contents else { throw changed }
        if let spool, let order { try spool.read(order) { try keptFile.append($0) } }
        try droppedFile.flush()
        try keptFile.flush()
        try droppedFile.commit()
        try keptFile.commit()
    }

    private var changed: FileError { .unreadableFile(dataSet.path, cause: "it was changed while it was read") }

    /// `{"index": N, "reason": ..., "score": ..., "duplicate_of": N, "similarity": ..., "rank": N, "row": ...}`, of what
    /// there is, and a line break. A line that is no JSON object is there as `"line"`, or as `"base64"` if it is no text.
    private func record(
        of line: InputLine, _ row: Int32, _ reason: DropReason, _ judge: inout RowJudge
    ) -> [UInt8] {
        let field = judge.field
        var text = reason.text(selection, field: field, ranks: table.keptRanks)
        if reason == .noObject || reason == .noNumber { text = judge.verdict(on: line).detail ?? text }
        var members = [JSONMember("index", .integer(row)), JSONMember("reason", .string(text))]
        let score = table.scores[Int(row)]
        if score.isFinite { members.append(JSONMember("score", .number(score.pythonRepresentation))) }
        if let duplicate = table.duplicates[row] {
            members.append(JSONMember("duplicate_of", .integer(duplicate.original)))
            if let similarity = duplicate.similarity {
                members.append(JSONMember("similarity", .number("\(similarity)")))
            }
        }
        if !table.ranks.isEmpty, table.ranks[Int(row)] >= 0 {
            members.append(JSONMember("rank", .integer(table.ranks[Int(row)] + 1)))
        }
        guard let bytes = line.bytes else { return JSONValue.object(members).line }
        if reason == .noObject {
            members.append(
                String(validating: bytes, as: UTF8.self).map { JSONMember("line", .string($0)) }
                    ?? JSONMember("base64", .string(Data(bytes).base64EncodedString())))
            return JSONValue.object(members).line
        }
        // The row itself is not written anew: every byte of it stays, but for white space around it.
        let start = bytes.firstIndex(of: UInt8(ascii: "{")) ?? 0
        let end = bytes.lastIndex(of: UInt8(ascii: "}")).map { $0 + 1 } ?? bytes.count
        return JSONValue.object(members).line(with: "row", bytes[start..<end])
    }
}
