import CaptionerFiles
import CaptionerJSON
import Foundation
package import SystemPackage

/// Looks through a training file for what MGM's training fails at, replaces, ignores, or learns wrongly.
///
/// Rows are read one after the other, so that memory does not grow with the file; the images of a batch of rows are looked
/// at together.
package struct TrainingCheck: Sendable {
    /// The folder that paths of images are relative to.
    package let images: FilePath
    package let stage: TrainingStage
    /// Whether all pixels of images are decoded, or only headers are read.
    package var decodesImages = false
    /// What knows how long a row may be; without it lengths are not looked at.
    package var lengths: TrainingLengths?
    /// How many rows are looked at at once.
    package var threadCount = 1

    package init(images: FilePath, stage: TrainingStage) { (self.images, self.stage) = (images, stage) }

    private static let batchSize = 256

    /// - Parameters:
    ///   - output: a file for a line of JSON for each finding; it appears whole.
    ///   - progress: is given the share of the file that is done.
    /// - Throws: `FileError.unreadableFile` for what no training can begin with: a file that is no JSON array, or has no
    ///   rows; `.unreadableFolder` for one that is not there; `.unwritableOutput`; `DataSetError.outputIsInput`;
    ///   `CancellationError`.
    package func callAsFunction(
        _ path: FilePath, findings output: FilePath?, progress: (Double) -> Void
    ) async throws -> TrainingCheckSummary {
        let outputs = [output].compactMap { $0 }
        try OutputFile.check(outputs, against: [path])
        try images.checkFolder()
        var reader = try JSONArrayReader(path: path)
        guard !reader.hasByteOrderMark else {
            throw FileError.unreadableFile(
                path, cause: "it begins with a byte order mark, at which Python's json fails; save it without")
        }
        let file = try output.map { try WholeFile($0) }
        let folder = TrainingImages(stage: stage, folder: images, decodes: decodesImages)
        var summary = TrainingCheckSummary(stage: stage)
        var rows: [JSONValue] = []
        repeat {
            rows.removeAll(keepingCapacity: true)
            while rows.count < Self.batchSize, let row = try reader.next() { rows.append(row) }
            let (stage, lengths) = (stage, lengths)
            let found = try await concurrentMap(rows, atOnce: threadCount) { row in
                let text = TrainingText(row, stage, lengths: lengths)
                let looked = row["image"].map { folder.findings(of: $0) }
                return (findings: text.findings + (looked?.findings ?? []), files: looked?.files ?? [])
            }
            if outputs.contains(where: OutputFile.exists) {
                try OutputFile.check(outputs, against: found.lazy.flatMap(\.files))
            }
            for (row, looked) in zip(rows, found) {
                for finding in looked.findings {
                    try file?.append(finding.line(row: summary.rowCount, id: row["id"]))
                }
                summary.add(looked.findings)
            }
            progress(reader.share)
        } while rows.count == Self.batchSize
        guard summary.rowCount > 0 else {
            throw FileError.unreadableFile(path, cause: "it has no rows, and training fails without")
        }
        for finding in summary.finish() { try file?.append(finding.line(row: nil, id: nil)) }
        try file?.flush()
        try file?.commit()
        return summary
    }
}
