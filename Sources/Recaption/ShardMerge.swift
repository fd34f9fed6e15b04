import CaptionerDataSets
import CaptionerFiles
import CaptionerJSON
import Foundation
package import SystemPackage

/// Makes one output of the outputs of all shards: what one run over the whole input writes, byte for byte.
package struct ShardMerge {
    private let shards: [(files: RunFiles, description: RunDescription)]

    /// Checks that the outputs are those of all shards of one run, each once and finished.
    /// - Parameter outputs: in any order.
    /// - Throws: `RecaptionError.unmergeable`, `.unreadableFile`.
    package init(_ outputs: [FilePath]) throws {
        var shards: [(files: RunFiles, description: RunDescription)] = []
        for output in outputs {
            let files = RunFiles(output: output)
            guard !files.isBeingReplaced else {
                throw Self.failure(
                    "\(output.escaped) was tried again, and not all of that is in its place; run its command again first"
                )
            }
            // Where neither is there, the one that was named is missed.
            if FileStatus(output) == nil { throw FileError.unreadableFile(output, code: errno) }
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
            // What operators chose lies beside each shard; the settings say of what.
            let isChosen = description.settings.value(of: RecaptionJob.chosenFrom) != nil
            guard names[0] == names[1] || isChosen else {
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
    /// - Parameter overwrites: whether files that are there are replaced. If not, a merge of the same shards is finished
    ///   that was killed while it put its files in their places.
    /// - Throws: `RecaptionError`, also when a shard has not the rows and error records that its description says, and
    ///   before anything is written when a file of the output is one of a shard; `.outputExists`; `CancellationError`.
    /// - Returns: how many rows and error records there are.
    package func callAsFunction(to output: FilePath, overwrites: Bool = false) throws -> (rows: Int, errors: Int) {
        let settings = JSONValue.object(shards[0].description.settings)
        let stats = settings["stats_file"] == .bool(true) ? StatsFile.path(of: output) : nil
        try OutputFile.check([stats].compactMap { $0 }, against: shards.flatMap(\.files.all))
        if !overwrites, !output.exists, let stats, stats.exists { throw FileError.outputExists(path: stats.escaped) }
        let merged = try written(for: output, overwrites: overwrites)
        if !overwrites { try merged.checkThatNothingIsLost() }
        try merged.replaceOutput()
        if stats != nil {
            var rewriting = RewritingOptions()
            rewriting.profile = settings["compat"]?.text.flatMap { CompatibilityProfile(rawValue: $0) }
            try StatsFile.write(of: output, rewriting.style)
        }
        return (merged.rowCount, merged.errorCount)
    }

    func written(for output: FilePath, overwrites: Bool = false) throws -> MergedFiles {
        let files = RunFiles(output: output)
        try OutputFile.check(files.possible, against: shards.flatMap(\.files.all))
        if output.isSpecial {
            throw FileError.unwritableOutput(output, cause: "it is no plain file, and gets files beside it")
        }
        try OutputFile.check(output, with: files.all)
        if !overwrites { try MergedFiles.check(files) }
        let header = shards[0].description.format == OutputFormat.csv.rawValue ? 1 : 0
        var (rowCount, errorCount) = (0, 0)
        let rows = try WholeFile(files.output)
        for (index, shard) in shards.enumerated() {
            try Self.copyRows(
                shard.files.output, of: shard.description, to: rows, header: header, keepsHeader: index == 0)
            rowCount += shard.description.rowCount
        }
        try rows.flush()
        let errors = try WholeFile(files.errors)
        for (files, description) in shards {
            try ErrorRecordReader.check(files.errors, of: description)
            guard files.errors.exists else { continue }
            let records = try RowReader(path: files.errors, hasQuotedLineBreaks: false)
            while let record = try records.next() { try errors.append(record) }
            errorCount += description.errorCount
        }
        try errors.flush()
        var whole = RunDescription(
            settings: shards[0].description.settings, inputs: shards[0].description.inputs,
            total: shards[0].description.total, shard: .whole)
        whole.sessions = shards.flatMap(\.description.sessions)
        (whole.isFinished, whole.rowCount, whole.errorCount) = (true, rowCount, errorCount)
        (whole.byteCount, whole.checksum) = (rows.prefix.byteCount, rows.prefix.checksum)
        whole.errorChecksum = errors.prefix.checksum
        let description = try WholeFile(files.description)
        try description.append(whole.text)
        try description.flush()
        return MergedFiles(
            files: files, rows: rows, errors: errors, description: description, rowCount: rowCount,
            errorCount: errorCount)
    }

    /// - Parameter header: how many rows are none, at the start. What has some is CSV.
    /// - Throws: `RecaptionError`, also for rows that are not those of the finished shard.
    private static func copyRows(
        _ path: FilePath, of shard: RunDescription, to file: WholeFile, header: Int, keepsHeader: Bool
    ) throws {
        let reader = try RowReader(path: path, hasQuotedLineBreaks: header > 0)
        var count = -header
        while let row = try reader.next() {
            if count >= 0 || keepsHeader { try file.append(row) }
            count += 1
        }
        count = max(0, count)
        let byteCount = reader.prefix.byteCount + reader.restCount
        let problem: String
        if count != shard.rowCount {
            problem = "it has \(count) rows, and had \(shard.rowCount) when it was finished"
        } else if byteCount != shard.byteCount {
            problem = "it has \(byteCount) bytes, and had \(shard.byteCount) when it was finished"
        } else if reader.restCount > 0 || reader.prefix.checksum != shard.checksum ?? reader.prefix.checksum {
            problem = "its bytes are not those that it had when it was finished"
        } else {
            return
        }
        throw failure(
            "\(path.escaped) is damaged, or that of another shard: \(problem); its own command, given again, resumes or says what does not fit, and with --overwrite makes it anew"
        )
    }

    private static func failure(_ cause: String) -> RecaptionError { .unmergeable(cause: cause) }
}

extension RunDescription {
    /// The format by its name.
    var format: String { JSONValue.object(settings)["format"]?.text ?? "" }
}
