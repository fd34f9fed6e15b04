import CaptionerFiles
import CaptionerJSON
package import SystemPackage

/// Puts the captions of a run's rows into the archive that they were made of.
package enum ArchiveRows {
    /// Writes the archive; it appears whole.
    /// - Parameter rows: a row for each sample with an image, in their order.
    /// - Returns: the size of what was written.
    /// - Throws: `FileError`; `DataSetError.damaged` for rows that are not those of the archive; `CancellationError`.
    package static func write(_ rows: FilePath, into archives: ArchiveList, to output: FilePath) throws -> Int {
        let reader = try RowReader(path: rows, hasQuotedLineBreaks: false)
        return try WholeFile.write(to: output) { file in
            let writer = ArchiveWriter { try file.append($0) }
            for archive in archives.archives {
                let samples = try ArchiveList.reader(archive, archives.members)
                while let sample = try samples.next() {
                    guard sample.isItem else {
                        try writer.write(sample, text: nil)
                        continue
                    }
                    guard let row = try reader.next(), let record = try? JSONParser.parse(row, .row),
                        record["key"] == sample.keyText.map(JSONValue.string)
                    else {
                        throw DataSetError.damaged(
                            path: rows.escaped, cause: "its rows are not those of \(archive.text)")
                    }
                    try writer.write(sample, text: text(of: record))
                }
            }
            try writer.finish()
            try file.flush()
            return file.prefix.byteCount
        }
    }

    /// What a row says about the text of its sample: several captions on a line each; nil for one without a caption.
    static func text(of record: JSONValue) -> String? {
        guard record["error"] == nil else { return nil }
        if let captions = record["captions"]?.elements {
            return captions.compactMap(\.text).joined(separator: "\n")
        }
        return record["caption"]?.text
    }
}

/// Puts captions into an archive while it comes in.
package final class ArchiveStreamWriter {
    private let writer: ArchiveWriter

    /// - Parameter append: writes some bytes.
    package init(append: @escaping ([UInt8]) throws -> Void) { writer = ArchiveWriter(append: append) }

    /// Adds a sample with what its row says; without a row, as it is.
    package func add(_ item: Item, rows: ItemRows) throws {
        guard case .archived(let sample) = item.content else { return }
        let record = try rows.rows.first.flatMap { try JSONParser.parse(Array($0.utf8), .row) }
        try writer.write(sample, text: record.flatMap(ArchiveRows.text))
    }

    package func finish() throws { try writer.finish() }
}
