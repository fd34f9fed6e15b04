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
            guard !files.isBeingReplaced else {
                throw Self.failure(
                    "\(output.escaped) was tried again, and not all of that is in its place; run its command again first"
                )
            }
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

    /// Writes the output, its error records and its description. The description comes last: if it is there, all is.
    /// - Throws: `RecaptionError`, also when a shard has not the rows and error records that its description says, and
    ///   before anything is written when a file of the output is one of a shard; `CancellationError`.
    /// - Returns: how many rows and error records there are.
    public func callAsFunction(to output: FilePath) throws -> (rows: Int, errors: Int) {
        let merged = try written(for: output)
        try merged.replaceOutput()
        return (merged.rowCount, merged.errorCount)
    }

    /// Files that are all written, and not in their places.
    struct Merged {
        let files: RunFiles
        let rows: WholeFile
        let errors: WholeFile
        let description: WholeFile
        let rowCount: Int
        let errorCount: Int

        /// An output without a description is taken for no run's: so it is until the last of the new files is in its
        /// place.
        func replaceOutput() throws {
            // The next run would take it for its own.
            try files.retry.remove()
            try files.description.written.remove()
            try rows.commit()
            if errorCount > 0 { try errors.commit() } else { try files.errors.written.remove() }
            try description.commit()
        }
    }

    func written(for output: FilePath) throws -> Merged {
        let files = RunFiles(output: output)
        try OutputFile.check(files.possible, against: shards.flatMap(\.files.all))
        if output.isSpecial {
            throw RecaptionError.unwritableOutput(output, cause: "it is no plain file, and gets files beside it")
        }
        try OutputFile.check(output, with: files.all)
        let header = shards[0].description.format == OutputFormat.csv.rawValue ? 1 : 0
        var (rowCount, errorCount, byteCount) = (0, 0, 0)
        let rows = try WholeFile(files.output)
        for (index, shard) in shards.enumerated() {
            let (count, bytes) = try Self.copy(
                shard.files.output, to: rows, skipping: index == 0 ? 0 : header, hasQuotedLineBreaks: header > 0)
            try Self.check(shard.files.output, count - header, shard.description.rowCount, "rows")
            rowCount += count - header
            byteCount += bytes
        }
        try rows.flush()
        let errors = try WholeFile(files.errors)
        for shard in shards {
            let (path, expected) = (shard.files.errors, shard.description.errorCount)
            try ErrorRecordReader.check(path, expected: expected)
            guard path.exists else { continue }
            let (count, _) = try Self.copy(path, to: errors, skipping: 0, hasQuotedLineBreaks: false)
            try Self.check(path, count, expected, "error records")
            errorCount += count
        }
        try errors.flush()
        let description = try WholeFile(files.description)
        try description.append(wholeDescription(rowCount: rowCount, errorCount: errorCount, byteCount: byteCount).text)
        try description.flush()
        return Merged(
            files: files, rows: rows, errors: errors, description: description, rowCount: rowCount,
            errorCount: errorCount)
    }

    private func wholeDescription(rowCount: Int, errorCount: Int, byteCount: Int) -> RunDescription {
        var description = shards[0].description
        description = RunDescription(
            settings: description.settings, inputs: description.inputs, total: description.total, shard: .whole)
        description.sessions = shards.flatMap(\.description.sessions)
        (description.isFinished, description.rowCount, description.errorCount) = (true, rowCount, errorCount)
        description.byteCount = byteCount
        return description
    }

    /// - Returns: how many rows the file has, those that were left out included, and how many bytes were copied.
    private static func copy(
        _ path: FilePath, to file: WholeFile, skipping skipped: Int, hasQuotedLineBreaks: Bool
    ) throws -> (rows: Int, bytes: Int) {
        let reader = try RowReader(path: path, hasQuotedLineBreaks: hasQuotedLineBreaks)
        var (count, bytes) = (0, 0)
        while let row = try reader.next() {
            if count >= skipped {
                try file.append(row)
                bytes += row.count
            }
            count += 1
        }
        return (count, bytes)
    }

    private static func check(_ path: FilePath, _ found: Int, _ expected: Int, _ what: String) throws {
        guard found == expected else {
            throw failure(
                "\(path.escaped) is damaged: it has \(found) \(what), and had \(expected) when it was finished; make that shard again with --overwrite"
            )
        }
    }

    private static func failure(_ cause: String) -> RecaptionError { .unmergeable(cause: cause) }
}

extension RunDescription {
    /// The format by its name.
    var format: String { JSONValue.object(settings)["format"]?.text ?? "" }
}
