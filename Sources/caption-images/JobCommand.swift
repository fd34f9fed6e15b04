import ArgumentParser
import Captioner
import CaptionerDataSets
import CaptionerFiles
import CaptionerRecaption
import SystemPackage

/// Does a job, with what a terminal sees of it.
struct JobCommand {
    let job: RecaptionJob
    let models: RunModels
    let output: OutputOptions
    let console: Console
    let loadSeconds: Double
    /// What is done with the rows of a run besides.
    var steps: OperatorSteps?

    /// What progress is of, where there are several jobs.
    var label = ""
    /// Whether an interrupted run can be resumed.
    var resumes = true

    /// - Throws: `ExitCode` for a run that was interrupted or has error records, and what keeps it from continuing.
    func callAsFunction() async throws {
        let (result, hasRefused) = try await perform()
        try finish(result, hasRefused: hasRefused)
    }

    /// Runs, and makes of the rows what is made of them.
    /// - Returns: how far the run came, and whether rows were left out of its training file.
    /// - Throws: `ExitCode` for a run that was interrupted before it began, and what keeps it from continuing.
    func perform() async throws -> (RunProgress, hasRefused: Bool) {
        try checkStatsFile()
        var hasStarted = false
        do {
            return try await run { hasStarted = true }
        } catch is CancellationError {
            // While the run looked for its resume point, or after its last batch.
            console.endLine()
            console.note("interrupted; \(hasStarted ? output.commandToResume : "the same command") resumes")
            throw ExitCode(Signals.exitStatus ?? 1)
        } catch {
            // What keeps a run from starting may keep it from that the next time.
            if hasStarted, RecaptionError.leavesRunUnfinished(error), output.plainFile != nil {
                throw UnfinishedRun(cause: error, command: output.commandToResume)
            }
            throw SidecarRunError.explaining(error, of: job)
        }
    }

    /// Reports the result.
    /// - Throws: `ExitCode` for a run that was interrupted or has error records.
    func finish(_ result: RunProgress, hasRefused: Bool = false) throws {
        console.finish(
            result, command: resumes ? output.commandToResume : "",
            imageToken: (job.input.fields ?? DataSetFields()).imageToken,
            isScoring: models.scorer?.rules.captions == false)
        if let summary = output.summary {
            // Where that is a pipe, a reader is waited for.
            if OutputFile.isSpecial(summary) { Signals.respond(.cancel) }
            let figures = RunSummary(
                result, models: models, loadSeconds: loadSeconds, skipped: skipped)
            try OutputFile.write(figures.json(), to: summary)
        }
        if result.isInterrupted, let status = Signals.exitStatus { throw ExitCode(status) }
        if result.allFailed > 0 || hasRefused { throw ExitCode(2) }
    }

    /// Items that are left out by a limit or for other shards.
    private var skipped: Int { job.input.count - job.range.count }

    private func show(_ progress: RunProgress) { console.show { label + progress.line } }

    /// The rows whose statistics get a file of their own, if they do; a pass after the run writes that itself.
    private var statsRows: FilePath? {
        guard models.scorer?.rules.writesStatsFile == true, !job.isFollowedByPass else { return nil }
        return output.plainFile.map { job.files($0).output }
    }

    /// Checks that no other run's file is in the place of that for statistics.
    private func checkStatsFile() throws {
        guard let statsRows else { return }
        let path = StatsFile.path(of: statsRows)
        if !output.overwrite, !statsRows.exists, OutputFile.exists(path) {
            throw FileError.outputExists(path: path.escaped)
        }
    }

    /// - Returns: how far the run came, and whether rows were left out of its training file.
    private func run(started: () -> Void) async throws -> (RunProgress, hasRefused: Bool) {
        // Where that is a pipe, opening it waits for a reader.
        let pipe = try output.pipe.map { try RecordWriter(path: $0, overwrites: true) }
        // What an earlier run wrote is gone through first, which changes nothing.
        Signals.respond(.cancel)
        func starting() {
            started()
            Signals.finishBatch(isQuiet: output.quiet)
        }
        guard let file = output.plainFile else {
            let result = try await job(
                by: models, to: pipe ?? RecordWriter(), progress: show, isStopped: { Signals.isReceived },
                starting: starting
            ) { if job.format == .dataJuicer { console.reportError($0) } }
            return (result, false)
        }
        var hasRefused = false
        let result = try await job(
            by: models, to: job.files(file), progress: show, isStopped: { Signals.isReceived },
            starting: starting)
        if !result.isInterrupted {
            Signals.respond(.cancel)
            if let statsRows { try StatsFile.write(of: statsRows, job.rewriting.style) }
            try job.makeArray(file)
            if let counts = try job.makeTrainingFile(file) {
                for line in counts.lines(file) { console.note(line) }
                hasRefused = counts.refusedCount > 0
            }
            try job.makeArchive(file)
            try await steps?.after(job, console)
        }
        return (result, hasRefused)
    }
}

/// What ended a run whose output is a file.
private struct UnfinishedRun: Error, CustomStringConvertible {
    let cause: any Error
    let command: String

    var description: String { "\(cause)\nwhat was finished before is kept; \(command) resumes from it" }
}
