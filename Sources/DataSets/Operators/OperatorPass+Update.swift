import CaptionerFiles
import CaptionerJSON

extension OperatorPass {
    /// Looks whether the rows of a pass may be written: where there are none, or those of this very pass.
    /// - Throws: `FileError.outputExists`, `DataSetError.otherPass`; `.damaged`, `FileError.unreadableFile` for a
    ///   description.
    package func check(_ files: PassFiles) throws { _ = try earlier(files) }

    private func earlier(_ files: PassFiles) throws -> PassDescription? {
        // A run's own output is none of a pass's, whatever lies beside it.
        guard files.description.exists, !RunFiles(output: files.rows).description.exists else {
            if OutputFile.exists(files.rows) { throw FileError.outputExists(path: files.rows.escaped) }
            return nil
        }
        let earlier = try PassDescription(path: files.description)
        let differences = RunDescription.differences(of: settings, from: earlier.settings)
        guard differences.isEmpty else {
            throw DataSetError.otherPass(path: files.rows.escaped, differences: differences)
        }
        return earlier
    }

    /// Goes through a data set and writes the files, or leaves those that are there where this very pass made them of
    /// this very input.
    /// - Parameter overwrites: whether files are replaced that were made otherwise, or by something else.
    /// - Returns: what came of it, and whether anything was written.
    /// - Throws: as ``check(_:)`` and ``callAsFunction(_:columns:to:similarities:)``.
    package func update(
        _ input: DataSet, columns: DataSet? = nil, to files: PassFiles, overwrites: Bool,
        similarities: (any SimilarityProvider)? = nil
    ) async throws -> (counts: Counts, isNew: Bool) {
        var description = try PassDescription(settings: settings, input: input)
        if !overwrites, let earlier = try earlier(files), let rows = earlier.rows,
            earlier.inputContents == description.inputContents, earlier.input.hasSameBytes(as: description.input),
            files.rows.isRegularFile, try FilePrefix(wholeFile: files.rows) == rows
        {
            return (earlier.counts, false)
        }
        try checkModels(similarities)
        if overwrites { try RunFiles(output: files.rows).remove() }
        // If this is interrupted, it is known whose the files are.
        try description.write(to: files.description)
        description.counts = try await self(input, columns: columns, to: files, similarities: similarities)
        description.rows = try FilePrefix(wholeFile: files.rows)
        try description.write(to: files.description)
        return (description.counts, true)
    }
}
