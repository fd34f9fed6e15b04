package import CaptionerDataSets
import CaptionerFiles
package import SystemPackage

extension RecaptionJob {
    /// Whether the output is an array that is made of the rows when they are all there, each row for itself.
    package var makesArray: Bool { format == .coco || format == .llava && input is LLaVASet }

    /// Makes that array, if there is to be one, unless it was made of these rows: it may have been edited since.
    /// - Throws: `FileError`, `CancellationError`.
    package func makeArray(_ path: FilePath) throws {
        guard makesArray else { return }
        let files = files(path)
        if isMade(path, of: files) { return }
        try ArrayOutput.write(files.output, to: path, format: format)
        try setMade(path, of: files)
    }

    /// Makes the training file of the rows, when they are all there, unless it was made of these rows: it may have been edited
    /// since.
    /// - Returns: how many samples there are, and how many in it; nil for other formats.
    /// - Throws: `FileError`, `CancellationError`.
    package func makeTrainingFile(_ path: FilePath) throws -> LLaVAConversion.Counts? {
        guard format == .llava, let conversion else { return nil }
        let files = files(path)
        if isMade(path, of: files) { return try conversion.counts(files.output) }
        let counts = try conversion(files.output, to: path)
        try setMade(path, of: files)
        return counts
    }

    /// Whether a file that is there was made of the rows as they are.
    ///
    /// Where no description says it, since a limit left rows out or an earlier version wrote it, the file shows it by being no
    /// older than the rows.
    private func isMade(_ path: FilePath, of files: RunFiles) -> Bool {
        guard mode != .overwrite, OutputFile.exists(path) else { return false }
        let description = try? RunDescription(path: files.description)
        if let made = description?.archive?.rowsChecksum, let rows = description?.checksum { return made == rows }
        guard let time = FileStatus(path)?.changed, let rows = FileStatus(files.output)?.changed else { return false }
        return time >= rows
    }

    /// Records of which rows a file was made.
    private func setMade(_ path: FilePath, of files: RunFiles) throws {
        guard var description = try? RunDescription(path: files.description), description.isFinished,
            let rows = description.checksum
        else { return }
        description.archive = .init(byteCount: FileStatus(path)?.size ?? 0, rowsChecksum: rows)
        try description.write(to: files.description)
    }
}
