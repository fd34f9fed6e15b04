import CaptionerFiles
import CaptionerJSON
public import SystemPackage

/// Makes one output of the outputs of all shards: what one run over the whole input writes, byte for byte.
public struct ShardMerge {
    private let shards: [(files: RunFiles, description: RunDescription)]

    /// Checks that the outputs are those of all shards of one run, each once and finished.
    /// - Parameter outputs: in any order.
    /// - Throws: `RecaptionError.unmergeable`, `.unreadableFile`.
    public init(_ outputs: [FilePath]) throws {
        var shards: [(files: RunFiles, description: RunDescription)] = []
        for output in outputs {
            let files = RunFiles(output: output)
            shards.append((files, try RunDescription(path: files.description)))
        }
        shards.sort { $0.description.shard.number < $1.description.shard.number }
        guard let first = shards.first else { throw RecaptionError.unmergeable(cause: "no shards") }
        let count = first.description.shard.count
        for (files, description) in shards {
            guard description.shard.count == count else {
                throw Self.failure(
                    "\(files.output.escaped) is one of \(description.shard.count) shards, \(first.files.output.escaped) of \(count)"
                )
            }
            guard description.total == first.description.total else {
                throw Self.failure(
                    "\(files.output.escaped) is of an input of \(description.total), \(first.files.output.escaped) of one of \(first.description.total)"
                )
            }
            // Machines may have the same input in different folders.
            let names = [description, first.description].map {
                $0.inputs.map { FilePath(escaped: $0).lastComponent }
            }
            guard names[0] == names[1] else {
                throw Self.failure(
                    "\(files.output.escaped) is of \(description.inputs.joined(separator: ", ")), \(first.files.output.escaped) of \(first.description.inputs.joined(separator: ", "))"
                )
            }
            let differences = description.differences(from: first.description).filter {
                !$0.utf8.starts(with: "shard ".utf8)
            }
            guard differences.isEmpty else {
                throw Self.failure("\(files.output.escaped) was made otherwise: \(differences.joined(separator: "; "))")
            }
            guard description.isFinished else { throw Self.failure("\(files.output.escaped) is not finished") }
        }
        let numbers = shards.map(\.description.shard.number)
        let present = Set(numbers)
        let missing = (1...count).lazy.filter { !present.contains($0) }.prefix(100)
        guard missing.isEmpty else {
            throw Self.failure("shard \(missing.map { "\($0)/\(count)" }.joined(separator: ", ")) is missing")
        }
        if let (a, b) = zip(shards, shards.dropFirst()).first(where: { $0.description.shard == $1.description.shard }) {
            throw Self.failure("\(a.files.output.escaped) and \(b.files.output.escaped) are the same shard")
        }
        self.shards = shards
    }

    /// Writes the output, its error records and its description. The output comes last: if it is there, all is.
    /// - Throws: `RecaptionError`, also when a shard has not the rows that its description says; `CancellationError`.
    /// - Returns: how many rows and error records there are.
    public func callAsFunction(to output: FilePath) throws -> (rows: Int, errors: Int) {
        let files = RunFiles(output: output)
        guard !shards.contains(where: { $0.files == files }) else {
            throw RecaptionError.outputExists(path: output.escaped)
        }
        let hasQuotedLineBreaks = shards[0].description.format == OutputFormat.csv.rawValue
        return try WholeFile.write(to: files.output) { file in
            var (rows, bytes) = (0, 0)
            for (index, shard) in shards.enumerated() {
                let header = hasQuotedLineBreaks ? 1 : 0
                let count = try Self.copy(
                    shard.files.output, to: file, skipping: index == 0 ? 0 : header,
                    hasQuotedLineBreaks: hasQuotedLineBreaks, bytes: &bytes)
                try Self.check(shard.files.output, count - header, shard.description.rowCount, "rows")
                rows += count - header
            }
            // Where there is no room for the rows, nothing else is written.
            try file.flush()
            let errors = try writeErrors(to: files.errors)
            var description = shards[0].description
            description = RunDescription(
                settings: description.settings, inputs: description.inputs, total: description.total, shard: .whole)
            description.sessions = shards.flatMap(\.description.sessions)
            (description.isFinished, description.rowCount, description.errorCount) = (true, rows, errors)
            description.byteCount = bytes
            try description.write(to: files.description)
            return (rows, errors)
        }
    }

    private func writeErrors(to path: FilePath) throws -> Int {
        guard shards.contains(where: { $0.description.errorCount > 0 }) else { return 0 }
        return try WholeFile.write(to: path) { file in
            var (errors, bytes) = (0, 0)
            for shard in shards where shard.description.errorCount > 0 {
                let count = try Self.copy(
                    shard.files.errors, to: file, skipping: 0, hasQuotedLineBreaks: false, bytes: &bytes)
                try Self.check(shard.files.errors, count, shard.description.errorCount, "error records")
                errors += count
            }
            return errors
        }
    }

    /// - Returns: how many rows the file has, those that were left out included.
    private static func copy(
        _ path: FilePath, to file: WholeFile, skipping skipped: Int, hasQuotedLineBreaks: Bool, bytes: inout Int
    ) throws -> Int {
        let reader = try RowReader(path: path, hasQuotedLineBreaks: hasQuotedLineBreaks)
        var count = 0
        while let row = try reader.next() {
            if count >= skipped {
                try file.append(String(decoding: row, as: UTF8.self))
                bytes += row.count
            }
            count += 1
        }
        return count
    }

    private static func check(_ path: FilePath, _ found: Int, _ expected: Int, _ what: String) throws {
        guard found == expected else {
            throw failure("\(path.escaped) has \(found) \(what), and had \(expected) when it was finished")
        }
    }

    private static func failure(_ cause: String) -> RecaptionError { .unmergeable(cause: cause) }
}

extension RunDescription {
    /// The format by its name.
    var format: String { JSONValue.object(settings)["format"]?.text ?? "" }
}
