import CaptionerDataSets
package import CaptionerFiles
package import SystemPackage

extension RecaptionJob {
    /// What the archives of the input have together, in bytes; nil for other inputs.
    var archiveByteCount: Int? {
        (input as? ArchiveList)?.archives.reduce(0) { $0 + (FileStatus($1.path)?.size ?? 0) }
    }

    /// What is said of archives that were replaced since an earlier run: captions of the same keys may be those of other
    /// images. Where failures are tried again, they may have been mended.
    func archiveDifferences(_ description: RunDescription, from earlier: RunDescription) -> [String] {
        guard mode != .retryFailed || earlier.errorCount == 0, earlier.inputs.count == description.inputs.count,
            let old = earlier.inputByteCount, let new = description.inputByteCount, old != new
        else { return [] }
        return ["input had \(old) bytes and has \(new)"]
    }

    /// Makes the archive of the rows, when they are all there, unless it is there.
    /// - Throws: `FileError`, `DataSetError`, `CancellationError`.
    package func makeArchive(_ output: FilePath) throws {
        guard format == .webdataset, let archives = input as? ArchiveList else { return }
        let files = files(output)
        var description = try RunDescription(path: files.description)
        guard description.isFinished, let checksum = description.checksum else { return }
        if description.archive?.rowsChecksum == checksum, description.archive?.byteCount == FileStatus(output)?.size {
            return
        }
        let byteCount = try ArchiveRows.write(files.output, into: archives, to: output)
        description.archive = .init(byteCount: byteCount, rowsChecksum: checksum)
        try description.write(to: files.description)
    }

    /// Runs with the captions going into an archive that is written while the input is read, from its beginning to its end.
    /// - Parameters:
    ///   - append: writes some bytes.
    ///   - progress: receives how far the run is, after each batch.
    ///   - isStopped: when true the batch at hand is finished, and the run ends. Asked after each batch.
    ///   - starting: is called before anything is written.
    ///   - onError: receives a line of JSON for each sample with an error.
    package func callAsFunction(
        by models: RunModels, appending append: @escaping ([UInt8]) throws -> Void, progress: (RunProgress) -> Void,
        isStopped: () -> Bool, starting: () -> Void = {}, onError: @escaping (String) throws -> Void
    ) async throws -> RunProgress {
        let writer = ArchiveStreamWriter(append: append)
        let run = CaptionRun(
            input, range: range, models: models, generation: generation,
            format: try rowFormat(models.scorer?.rules, sidecars))
        let result = try await run(
            to: ArchiveDestination(writer: writer) { try onError($0.line) }, progress: progress, isStopped: isStopped,
            starting: starting)
        if !result.isInterrupted { try writer.finish() }
        return result
    }

    /// Looks whether an archive that is there may be made anew: one that a run made of its rows.
    /// - Throws: `FileError.outputExists`.
    package func checkEarlierArchive(_ output: FilePath) throws {
        guard format == .webdataset, mode != .overwrite, OutputFile.exists(output) else { return }
        let description = files(output).description
        let made = OutputFile.exists(description) ? try RunDescription(path: description).archive : nil
        // One that was written just before a run was killed is not recorded yet.
        guard OutputFile.exists(description), made.map({ $0.byteCount == FileStatus(output)?.size }) ?? true else {
            throw FileError.outputExists(path: output.escaped)
        }
    }

    /// Whether an earlier run did all that this one would do with an archive, as the description of its output says. The
    /// archive itself is not read.
    /// - Returns: how many samples were done, and how many of them have errors; nil for an archive that is to be captioned.
    package func done(
        _ archive: GivenPath, by models: RunModels, output: FilePath
    ) throws -> RunProgress? {
        let files = files(output)
        guard mode != .overwrite, !files.isBeingReplaced, let earlier = try? RunDescription(path: files.description),
            earlier.isFinished, mode != .retryFailed || earlier.errorCount == 0,
            earlier.inputByteCount == FileStatus(archive.path)?.size,
            FileStatus(files.output)?.size == earlier.byteCount
        else { return nil }
        if format == .webdataset {
            guard let made = earlier.archive, made.rowsChecksum == earlier.checksum,
                FileStatus(output)?.size == made.byteCount
            else { return nil }
        }
        let wanted = RunDescription(
            settings: try settings(models), inputs: [archive.path.absolute.escaped], total: earlier.total, shard: .whole
        )
        guard wanted.differences(from: earlier).isEmpty, earlier.inputs == wanted.inputs else { return nil }
        var progress = RunProgress(total: earlier.total)
        (progress.resumed, progress.resumedFailures) = (earlier.total, earlier.errorCount)
        return progress
    }
}
