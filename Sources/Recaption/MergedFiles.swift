import CaptionerDataSets
import CaptionerFiles

/// The files of a merged output: all written, and not in their places.
struct MergedFiles {
    let files: RunFiles
    let rows: WholeFile
    let errors: WholeFile
    let description: WholeFile
    let rowCount: Int
    let errorCount: Int

    /// Checks, before they are written, that nothing is in their places that was not left by a merge which was killed: rows
    /// without a description, with or without error records.
    /// - Throws: `FileError.outputExists`.
    static func check(_ files: RunFiles) throws {
        let present = files.possible.filter(\.exists)
        guard let first = present.first, present != [files.output], present != [files.output, files.errors] else {
            return
        }
        throw FileError.outputExists(path: first.escaped)
    }

    /// Checks that what is in their places has the same bytes.
    /// - Throws: `FileError.outputExists`, `.unreadableFile`, `CancellationError`.
    func checkThatNothingIsLost() throws {
        try Self.check(files)
        for (path, new) in [(files.output, rows), (files.errors, errors)] where path.exists {
            guard try new.hasSameBytes(as: path) else { throw FileError.outputExists(path: path.escaped) }
        }
    }

    /// An output without a description is taken for no run's: so it is until the last of the new files is in its place.
    /// - Throws: `FileError.unwritableOutput`.
    func replaceOutput() throws {
        // The next run would take it for its own.
        try files.retry.remove()
        try files.description.written.remove()
        try rows.commit()
        if errorCount > 0 { try errors.commit() } else { try files.errors.written.remove() }
        try description.commit()
    }
}
