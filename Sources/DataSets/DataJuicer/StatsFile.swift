import CaptionerFiles
package import CaptionerJSON
package import SystemPackage

/// The statistics of a data set's rows by themselves, as Data-Juicer puts them beside an output: `FILE_stats.jsonl` of
/// `FILE.jsonl`, a line `{"__dj__stats__": {...}}` for each row, in their order.
package enum StatsFile {
    package static func path(of output: FilePath) -> FilePath {
        output.replacingLastComponent((output.exactStem ?? []) + Array("_stats.jsonl".utf8))
    }

    /// Writes the file anew; it appears whole. Of a row without statistics, such as that of an image
    /// that could not be read, they are null, so that the lines of both files belong together.
    /// - Parameter style: that of the rows.
    /// - Throws: `FileError`, `CancellationError`.
    package static func write(of output: FilePath, _ style: JSONStyle) throws {
        try WholeFile.write(to: path(of: output)) { file in
            let rows = try RowReader(path: output, hasQuotedLineBreaks: false)
            while let row = try rows.next() {
                let stats = (try? JSONParser.parseObject(row))?.members.value(of: SampleStats.field) ?? .null
                try file.append(JSONValue.object([JSONMember(SampleStats.field, stats)]).json(style) + "\n")
            }
        }
    }
}
