import ArgumentParser
import Captioner
import CaptionerDataSets
import CaptionerFiles
import CaptionerRecaption
import CaptionerServing
import Foundation
import SystemPackage

extension CaptionCommand {
    /// Whether requests come from standard input.
    var isWorker: Bool { input.contains { $0.path == "-" } && !isArchiveStream }

    /// Checks what belongs together when requests come from standard input.
    /// - Throws: `ValidationError`.
    func validateWorker() throws {
        guard input.map(\.path) == ["-"] else {
            throw ValidationError("- means requests on standard input, and must be the only input.")
        }
        // What texts look like is a matter of captions, too.
        let dataSetNames = dataSet.namesInUse.filter { $0 != "--compat" } + (dataSet.config == nil ? [] : ["--config"])
        if let name =
            (output.runNamesInUse + dataSetNames + inputs.namesInUse + sidecars.namesInUse + editing.namesInUse).first
        {
            throw ValidationError("\(name) has no meaning with -, requests on standard input.")
        }
        if dryRun.dryRun { throw ValidationError("--dry-run has no meaning with -, requests on standard input.") }
        _ = try TextOptions.checked(workerGeneration)
    }

    private var workerGeneration: Captioner.GenerationOptions {
        text.generation(.standard(forSamples: false, dataSet.compat))
    }

    /// Answers the requests on standard input.
    func runWorker() async throws {
        let console = Console(isQuiet: output.quiet)
        var generation = try TextOptions.checked(workerGeneration)
        for note in text.optionsWithoutEffect(generation) { console.note(note) }
        // Its own answers would be requests, without end.
        if let answers = FileStatus(descriptor: 1), answers.kind == .regular,
            answers.identity == FileStatus(descriptor: 0)?.identity
        {
            throw DataSetError.outputIsInput(path: "standard output")
        }
        let captioner = try await captioner(console)
        generation = generation.completed(dataSet.compat, by: captioner)
        let worker = Worker(
            captioner, generation: generation,
            shape: .init(isList: generation.numReturnSequences > 1, showsLogProbabilities: output.logProbabilities))
        Signals.respond(.finish { worker.stop() })
        console.note("ready for requests, one JSON object a line")
        let writer = RecordWriter()
        let counts = try await worker(reading: FileHandle.standardInput.fileDescriptor, write: writer.write)
        let scored = counts.scored > 0 ? "\(counts.scored) scored, " : ""
        console.note("\(counts.captioned) captioned, \(scored)\(counts.failed) failed")
        if let status = Signals.exitStatus { throw ExitCode(status) }
        if counts.failed > 0 { throw ExitCode(2) }
    }
}
