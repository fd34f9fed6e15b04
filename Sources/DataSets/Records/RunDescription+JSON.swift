import CaptionerFiles
package import CaptionerJSON
import Foundation
package import SystemPackage

extension RunDescription {
    /// Reads a description.
    /// - Throws: `FileError.unreadableFile`; `.damaged` for what is no description.
    package init(path: FilePath) throws {
        let value = try Self.json(path)
        guard value["version"]?.integer == Self.version, let settings = value["settings"]?.members,
            let total = value["total"]?.size, let inputs = value["inputs"]?.elements?.compactMap(\.text),
            let shard = value["shard"]?.text.flatMap({ Shard($0) })
        else { throw DataSetError.damaged(path: path.escaped, cause: "it is no description of a run") }
        self.init(settings: settings, inputs: inputs, total: total, shard: shard)
        sessions = value["sessions"]?.elements?.compactMap(RunSession.init(json:)) ?? []
        isFinished = value["finished"] == .bool(true)
        replacesOutput = value["replaces_output"] == .bool(true)
        training = value["training"]?.members ?? []
        inputByteCount = value["input_bytes"]?.integer
        if let bytes = value["archive"]?["bytes"]?.integer,
            let checksum = value["archive"]?["rows_crc32"]?.integer.flatMap({ UInt32(exactly: $0) })
        {
            archive = Archive(byteCount: bytes, rowsChecksum: checksum)
        }
        embeddings = value["embeddings"]?.text
        overwritesSidecars = value["overwrites_sidecars"] == .bool(true)
        if let json = value["skipped"] {
            guard let skipped = SkippedImages(json: json) else {
                throw DataSetError.damaged(path: path.escaped, cause: "\"skipped\" in it is no list of images")
            }
            self.skipped = skipped
        }
        rowCount = value["rows"]?.integer ?? 0
        errorCount = value["errors"]?.integer ?? 0
        byteCount = value["bytes"]?.integer ?? 0
        checksum = value["crc32"]?.integer.flatMap { UInt32(exactly: $0) }
        errorChecksum = value["errors_crc32"]?.integer.flatMap { UInt32(exactly: $0) }
        guard min(rowCount, errorCount, byteCount) >= 0 else {
            throw DataSetError.damaged(path: path.escaped, cause: "a number in it is below 0")
        }
    }

    /// What the file of a description holds.
    package static func json(_ path: FilePath) throws -> JSONValue {
        let data: [UInt8]
        do {
            data = try FileBytes.of(path)
        } catch {
            throw FileError.unreadableFile(path, code: error.rawValue)
        }
        do {
            // An editor may have left a byte order mark.
            return try JSONParser.parse(data.withoutByteOrderMark)
        } catch {
            throw DataSetError.damaged(path: path.escaped, cause: "\(error)")
        }
    }

    /// Writes the description; it appears whole.
    /// - Throws: `FileError.unwritableOutput`.
    package func write(to path: FilePath) throws {
        try OutputFile.write(Data(text.utf8), to: path)
    }

    /// A member a line, so that a person can read it.
    package var text: String {
        var members = [
            JSONMember("version", .integer(Self.version)),
            JSONMember("inputs", .array(inputs.map { .string($0) })),
            JSONMember("total", .integer(total)),
            JSONMember("shard", .string("\(shard.number)/\(shard.count)")),
            JSONMember("settings", .object(settings)),
        ]
        if !training.isEmpty { members.append(JSONMember("training", .object(training))) }
        if let inputByteCount { members.append(JSONMember("input_bytes", .integer(inputByteCount))) }
        if let archive {
            members.append(
                JSONMember(
                    "archive",
                    .object([
                        JSONMember("bytes", .integer(archive.byteCount)),
                        JSONMember("rows_crc32", .integer(Int(archive.rowsChecksum))),
                    ])))
        }
        if let embeddings { members.append(JSONMember("embeddings", .string(embeddings))) }
        members += [
            JSONMember("sessions", .array(sessions.map(\.json))),
            JSONMember("finished", .bool(isFinished)),
        ]
        if overwritesSidecars { members.append(JSONMember("overwrites_sidecars", .bool(true))) }
        if skipped != SkippedImages() { members.append(JSONMember("skipped", skipped.json)) }
        if replacesOutput { members.append(JSONMember("replaces_output", .bool(true))) }
        if isFinished || replacesOutput {
            members += [
                JSONMember("rows", .integer(rowCount)), JSONMember("errors", .integer(errorCount)),
                JSONMember("bytes", .integer(byteCount)),
            ]
            if let checksum { members.append(JSONMember("crc32", .integer(Int(checksum)))) }
            if let errorChecksum { members.append(JSONMember("errors_crc32", .integer(Int(errorChecksum)))) }
        } else if errorCount > 0 {
            members.append(JSONMember("errors", .integer(errorCount)))
        }
        let lines = members.map { "  \(JSONValue.string($0.key.string).json()): \($0.value.json())" }
        return "{\n" + lines.joined(separator: ",\n") + "\n}\n"
    }
}

extension RunSession {
    fileprivate init?(json: JSONValue) {
        guard let started = json["started"]?.text else { return nil }
        self.init()
        self.started = started
        seconds = json["seconds"]?.double ?? 0
        done = json["done"]?.integer ?? 0
        failed = json["failed"]?.integer ?? 0
        rates = (json["rates"]?.elements ?? []).compactMap { point in
            guard let pair = point.elements, pair.count == 2, let seconds = pair[0].double,
                let finished = pair[1].integer
            else { return nil }
            return (seconds, finished)
        }
    }

    package var json: JSONValue {
        .object([
            JSONMember("started", .string(started)), JSONMember("seconds", .number(Self.tenths(seconds))),
            JSONMember("done", .integer(done)), JSONMember("failed", .integer(failed)),
            JSONMember(
                "rates",
                .array(rates.map { .array([.number(Self.tenths($0.seconds)), .integer($0.finished)]) })),
        ])
    }

    private static func tenths(_ seconds: Double) -> String { "\((seconds * 10).rounded() / 10)" }
}
