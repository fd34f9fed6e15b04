package import Captioner
package import CaptionerDataSets
package import CaptionerFiles
package import CaptionerJSON
package import SystemPackage

/// A run with all that belongs to it: what is captioned, how, and what comes of it.
package struct RecaptionJob: Sendable {
    package var input: any ItemSource
    package var format: OutputFormat
    package var generation: Captioner.GenerationOptions
    package var rewriting = RewritingOptions()
    package var showsLogProbabilities = false
    /// Which part of the input.
    package var shard = Shard.whole
    /// The most images or samples of that part, the first ones.
    package var limit: Int?
    package var mode = Mode.resume
    /// How text files beside images are called, and what becomes of those that are there.
    package var sidecars = SidecarRules()
    /// What makes a training file of the rows when they are all there; it is only recorded here.
    package var conversion: LLaVAConversion?
    /// Whether the output is made of the rows by a pass of operators when they are all there.
    package var isFollowedByPass = false
    /// What chose the samples of the input among others, if something did: it is recorded, and has to be the same when the
    /// run resumes.
    package var choice: [JSONMember] = []

    /// What becomes of an output that is there.
    package enum Mode: Sendable {
        /// The run resumes from it.
        case resume
        /// It is removed.
        case overwrite
        /// What has error records is tried again, and what is missing is done.
        case retryFailed
    }

    package init(_ input: any ItemSource, format: OutputFormat, generation: Captioner.GenerationOptions) {
        self.input = input
        self.format = format
        self.generation = generation
        // Data-Juicer keeps white space in texts.
        if format == .dataJuicer || format == .llava, input.fields != nil { self.generation.trimsText = false }
    }

    /// The files of a run whose output is a file: where that is made of the rows, such as a training file, those of the
    /// rows.
    package func files(_ output: FilePath) -> RunFiles {
        format.isMadeOfRows || isFollowedByPass ? RunFiles(trainingFile: output) : RunFiles(output: output)
    }

    /// The images or samples that are captioned.
    package var range: Range<Int> {
        let part = shard.range(of: input.count)
        return limit.map { part.prefix($0) } ?? part
    }

    /// Runs with rows going to standard output or to something else that is no plain file.
    /// - Parameters:
    ///   - progress: receives how far the run is, after each batch.
    ///   - isStopped: when true the batch at hand is finished, and the run ends. Asked after each batch.
    ///   - starting: is called before anything is written. What takes long until then ends if the task is cancelled.
    ///   - onError: receives a line of JSON for each image or sample with an error.
    package func callAsFunction(
        by models: RunModels, to writer: RecordWriter, progress: (RunProgress) -> Void,
        isStopped: () -> Bool, starting: () -> Void = {}, onError: @escaping (String) throws -> Void
    ) async throws -> RunProgress {
        let run = try run(by: models, try sidecarRules(nil))
        return try await run(
            to: StreamDestination(writer: writer) { try onError($0.line) }, progress: progress, isStopped: isStopped,
            starting: starting)
    }

    /// Runs with rows going to a file, which is taken up where an earlier run left off; with `Mode.overwrite` that is
    /// removed first.
    /// - Parameters:
    ///   - progress: receives how far the run is, after each batch.
    ///   - isStopped: when true the batch at hand is finished, and the run ends. Asked after each batch.
    ///   - starting: is called when the resume point is known, and no rows are written yet. To find out may take long;
    ///     it ends if the task is cancelled, with the output that is resumed from as it was.
    /// - Throws: `RecaptionError`, `CaptionerError.invalidOption`, `CancellationError`. What was finished is in the file,
    ///   and the same run resumes from it.
    package func callAsFunction(
        by models: RunModels, to files: RunFiles, progress: (RunProgress) -> Void, isStopped: () -> Bool,
        starting: () -> Void = {}
    ) async throws -> RunProgress {
        try files.adoptRetry()
        let sidecars = try sidecarRules(files)
        let run = try run(by: models, sidecars)
        if mode == .retryFailed, !files.output.exists {
            throw RecaptionError.nothingToRetry(path: files.output.escaped)
        }
        guard mode == .retryFailed, files.errors.exists else {
            let embeddings = try embeddingPaths(models, of: files)
            if mode == .overwrite {
                try files.retry.remove()
                try files.remove()
                for path in embeddings { try path.written.remove() }
            }
            return try await self.run(
                run, models, to: files, sidecars, progress: progress, isStopped: isStopped, starting: starting)
        }
        // The output stays as it is until the new one is whole.
        _ = try description(models, continuing: files)
        try run.check(files)
        let result: RunProgress
        do {
            result = try await self.run(
                run, models, to: files.retry, earlier: files, sidecars, progress: progress, isStopped: isStopped,
                starting: starting)
        } catch RecaptionError.foreignOutput(let path, _, _) where path.hasSameBytes(as: files.retry.output.escaped) {
            throw RecaptionError.staleRetry(path: path)
        } catch RecaptionError.longerOutput(let path, _) where path.hasSameBytes(as: files.retry.output.escaped) {
            throw RecaptionError.staleRetry(path: path)
        }
        if !result.isInterrupted { try files.adoptRetry() }
        return result
    }

    /// The files that embeddings go to.
    /// - Throws: `FileError.unwritableOutput` for one that is there, unless the output's description says that it is its own.
    private func embeddingPaths(_ models: RunModels, of files: RunFiles) throws -> [FilePath] {
        guard let folder = models.scorer?.embeddings else { return [] }
        let paths = EmbeddingsFolder.files(folder, shard)
        let owned = files.output.exists ? (try? RunDescription(path: files.description))?.embeddings : nil
        if owned?.hasSameBytes(as: folder.absolute.escaped) != true, let path = paths.first(where: \.exists) {
            throw FileError.unwritableOutput(
                path, cause: "it is there, with embeddings of another run; remove it, or name another folder")
        }
        return paths
    }

    private func run(by models: RunModels, _ sidecars: SidecarRules) throws -> CaptionRun {
        CaptionRun(
            input, range: range, models: models, generation: generation,
            format: try rowFormat(models.scorer?.rules, sidecars))
    }

    private func run(
        _ run: CaptionRun, _ models: RunModels, to files: RunFiles, earlier: RunFiles? = nil,
        _ sidecars: SidecarRules, progress: (RunProgress) -> Void, isStopped: () -> Bool, starting: () -> Void
    ) async throws -> RunProgress {
        var description = try description(models, continuing: files)
        description.overwritesSidecars = sidecars.existing == .overwrite && self.sidecars.existing == nil
        description.skipped = sidecars.skipped
        // A retry may leave the rows as they were, and then what was made of them, too.
        if let earlier, archiveByteCount == nil {
            description.archive = (try? RunDescription(path: earlier.description))?.archive
        }
        let isNew = !files.output.exists
        description.isFinished = false
        let destination = try FileDestination(
            files, earlier: earlier,
            embeddings: {
                try models.scorer.flatMap { scorer in
                    try scorer.embeddings.map {
                        try EmbeddingsFolder($0, shard: shard, width: scorer.encoder.embeddingWidth)
                    }
                }
            }
        ) { count in
            description.errorCount = count
            try description.write(to: files.description)
        }
        var session = RunSession()
        var lastSaved = ContinuousClock.now
        let earlierSessions = description.sessions.suffix(100)
        var hasStarted = false
        // A run that does not begin leaves no file.
        defer { if isNew, !hasStarted, destination.outputPrefix.byteCount == 0 { files.output.written.unlinked() } }
        let result = try await run(
            to: destination,
            progress: { state in
                progress(state)
                // Now and then what a power failure could take is made safe.
                guard ContinuousClock.now - lastSaved > .seconds(10) else { return }
                try destination.synchronize()
                lastSaved = .now
                session.add(
                    done: state.done, failed: state.failed, finished: state.finished, seconds: state.seconds)
                description.sessions = earlierSessions + [session]
                try description.write(to: files.description)
            }, isStopped: isStopped,
            starting: {
                try Task.checkCancellation()
                description.errorCount = destination.errorCount
                try description.write(to: files.description)
                hasStarted = true
                starting()
            })
        try destination.synchronize()
        if !result.isInterrupted { try destination.embeddings?.finish() }
        session.add(done: result.done, failed: result.failed, finished: result.finished, seconds: result.seconds)
        if result.finished > 0 { description.sessions = earlierSessions + [session] }
        description.isFinished = !result.isInterrupted && range == description.range
        if description.isFinished {
            description.overwritesSidecars = false
            description.skipped = SkippedImages()
        }
        description.replacesOutput = earlier != nil && !result.isInterrupted
        description.rowCount = destination.rowCount
        description.errorCount = destination.errorCount
        description.byteCount = destination.outputPrefix.byteCount
        description.checksum = destination.outputPrefix.checksum
        description.errorChecksum = destination.errorPrefix.checksum
        try description.write(to: files.description)
        return result
    }

    /// How the run is done, after a look at how the output that is there was.
    /// - Throws: `RecaptionError.undescribedOutput`, `.otherRun`; `.damaged` when error records are missing, or the
    ///   description is none.
    private func description(_ models: RunModels, continuing files: RunFiles) throws -> RunDescription {
        var description = RunDescription(
            settings: try settings(models), inputs: input.paths, total: input.count, shard: shard)
        description.training = conversion?.settings ?? []
        description.inputByteCount = archiveByteCount
        description.embeddings = models.scorer?.embeddings?.absolute.escaped
        guard let present = [files.output, files.errors].first(where: OutputFile.hasContents) else {
            // What no run has written is not replaced either.
            if files.description.exists { _ = try RunDescription(path: files.description) }
            return description
        }
        guard files.description.exists else {
            throw RecaptionError.undescribedOutput(path: present.escaped, description: files.description.escaped)
        }
        let earlier = try RunDescription(path: files.description)
        var differences = description.differences(from: earlier)
        // Rows of images hold paths from where they were found: elsewhere other images may have the same.
        if input.fields == nil,
            let (old, new) = zip(earlier.inputs, description.inputs).first(where: { !$0.hasSameBytes(as: $1) })
        {
            differences.append("input was \(old) and is \(new)")
        }
        differences += archiveDifferences(description, from: earlier)
        guard differences.isEmpty else {
            throw RecaptionError.otherRun(path: files.output.escaped, differences: differences)
        }
        try ErrorRecordReader.check(files.errors, of: earlier)
        description.sessions = earlier.sessions
        if description.inputByteCount == earlier.inputByteCount { description.archive = earlier.archive }
        return description
    }
}
