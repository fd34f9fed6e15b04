import ArgumentParser
import Captioner
import CaptionerDataSets
import CaptionerFiles
import CaptionerRecaption
import Foundation
import SystemPackage

extension CaptionCommand {
    /// Captions an archive that can be read once, or whose new texts go to standard output or a pipe.
    func runArchiveStream(_ console: Console) async throws {
        let source: ArchiveStream =
            isArchiveStream
            ? ArchiveStream(descriptor: FileHandle.standardInput.fileDescriptor, members: archive.members)
            : ArchiveStream(try ArchiveList(inputs: input, members: archive.members))
        var job = try job(source, output: output, console: console)
        let rules = try rules(job)
        let settings = try modelFiles(nil, rules)
        let errors = output.plainFile.map { RunFiles(output: $0).errors }
        let written = [output.plainFile, errors, output.summary].compactMap { $0 }
        // Standard input may be a file that is there under the name of an output.
        let read = source.files + (isArchiveStream ? ["/dev/stdin"] : [])
        try OutputFile.check(written, stream: FileStatus(descriptor: 1), against: settings + read)
        if let file = output.plainFile {
            try OutputFile.check(file, with: [errors].compactMap { $0 })
            if !output.overwrite, let present = [file, errors].compactMap({ $0 }).first(where: OutputFile.exists) {
                throw FileError.outputExists(path: present.escaped)
            }
        }
        let (models, loadSeconds) = try await models(for: &job, rules, console)
        Signals.finishBatch(isQuiet: output.quiet)
        let result = try await runStream(job, models, errors, console)
        try JobCommand(
            job: job, models: models, output: output, console: console, loadSeconds: loadSeconds, resumes: false
        )
        .finish(result)
    }

    private func runStream(
        _ job: RecaptionJob, _ models: RunModels, _ errors: FilePath?, _ console: Console
    ) async throws -> RunProgress {
        // What stood there is of another run.
        try errors?.written.remove()
        var log: WholeFile?
        func report(_ line: String) throws {
            guard let errors else { return console.reportError(line) }
            let file = try log ?? WholeFile(errors)
            log = file
            try file.append(line)
        }
        let show: (RunProgress) -> Void = { state in console.show { state.line } }
        let result: RunProgress
        if job.format == .webdataset {
            let file = try output.plainFile.map { try WholeFile($0) }
            let writer = try output.pipe.map { try RecordWriter(path: $0, overwrites: true) } ?? RecordWriter()
            result = try await job(
                by: models,
                appending: { bytes in if let file { try file.append(bytes) } else { try writer.write(Data(bytes)) } },
                progress: show, isStopped: { Signals.isReceived }, onError: report)
            try file?.flush()
            if !result.isInterrupted { try file?.commit() }
        } else {
            let writer =
                try (output.pipe ?? output.plainFile).map { try RecordWriter(path: $0, overwrites: true) }
                ?? RecordWriter()
            result = try await job(
                by: models, to: writer, progress: show, isStopped: { Signals.isReceived },
                onError: { line in
                    // Rows say it, too.
                    if errors != nil { try report(line) }
                })
        }
        try log?.flush()
        try log?.commit()
        return result
    }
}
