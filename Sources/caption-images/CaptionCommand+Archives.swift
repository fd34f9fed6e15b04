import ArgumentParser
import Captioner
import CaptionerDataSets
import CaptionerFiles
import CaptionerRecaption
import Foundation
import SystemPackage

extension CaptionCommand {
    /// Where the captions of archives go, if they do not go to one file of rows or into one archive that is a file.
    enum ArchivePlan {
        /// A file for each archive.
        case folder(FilePath, [GivenPath])
        /// An archive that is written while it is read, or rows of one that comes through a pipe.
        case stream
    }

    /// Whether an archive comes on standard input.
    var isArchiveStream: Bool { inputs.inputFormat == .webdataset && input.contains { $0.path == "-" } }

    private var isArchiveInput: Bool {
        if let format = inputs.inputFormat { return format == .webdataset }
        return dataSet.config == nil && input.first.map(ArchiveList.claims) ?? false
    }

    /// Checks what belongs together where archives are read, or are not.
    /// - Throws: `ValidationError`.
    func validateArchives() throws {
        guard isArchiveInput else {
            if let name = archive.namesInUse.first {
                throw ValidationError("\(name) is for WebDataset archives, and the input is none.")
            }
            return
        }
        if inputs.passedOver != nil { throw ValidationError("--passed-over is for folders of images.") }
        if isArchiveStream, input.count > 1 { throw ValidationError("- must be the only input.") }
        if output.format == .sidecar {
            throw ValidationError(
                "--format sidecar has no place beside images in an archive; --format webdataset writes texts into it.")
        }
        guard isArchiveStream else { return }
        if dryRun.dryRun { throw ValidationError("--dry-run has no meaning with -, which can be read once.") }
        let names = [
            ("--retry-failed", output.retryFailed), ("--shard", output.shard != nil),
            ("--embeddings", scoring.clip.embeddings != nil),
        ].filter(\.1).map(\.0)
        if let name = names.first {
            throw ValidationError("\(name) has no meaning with -, which can be read once.")
        }
    }

    /// - Throws: `ValidationError`; `FileError.unreadableFile` for what is no archive.
    func archivePlan() throws -> ArchivePlan? {
        guard isArchiveInput else { return nil }
        let isFolder = output.isNamedAsFolder || output.file?.isFolder ?? false
        if isArchiveStream {
            if let given = output.given, isFolder {
                let file = output.format == .webdataset ? "a .tar" : "a file"
                throw ValidationError("--output \(given) is a folder, and one archive comes in; name \(file) in it.")
            }
            try checkTerminal()
            return .stream
        }
        let archives = try ArchiveList.archives(input)
        if output.format == .webdataset {
            guard let file = output.file, isFolder || output.plainFile != nil else {
                try checkTerminal()
                return .stream
            }
            if !isFolder, ArchiveList.isArchive(GivenPath(file)), file.extension?.lowercased() != "tar" {
                throw ValidationError(
                    "--output is \(file.escaped), and archives are written uncompressed; name a .tar.")
            }
            if isFolder || !ArchiveList.isArchive(GivenPath(file)) { return .folder(file, archives) }
            if archives.count > 1 {
                throw ValidationError(
                    "--output \(file.escaped) is one archive, and there are \(archives.count) inputs; name a folder.")
            }
            return nil
        }
        guard let file = output.file,
            isFolder || archives.count > 1 && file != "-" && file.extension == nil && !OutputFile.isSpecial(file)
        else { return nil }
        return .folder(file, archives)
    }

    private func checkTerminal() throws {
        guard output.format == .webdataset, output.file.map({ $0 == "-" }) ?? true,
            isatty(FileHandle.standardOutput.fileDescriptor) == 1
        else { return }
        throw ValidationError("An archive is not written to a terminal; --output names a .tar.")
    }

    /// Captions archives, each with an output of its own in a folder.
    func runArchives(_ all: [GivenPath], to folder: FilePath, _ console: Console) async throws {
        var output = output
        let shard = output.shard ?? .whole
        output.shard = nil
        let part = shard.range(of: all.count)
        let allOutputs = try outputs(of: all, in: folder)
        // That one is an input matters more than that it is there.
        if output.format == .webdataset { try OutputFile.check(allOutputs, against: all.map(\.path)) }
        output.file = allOutputs[part].first ?? allOutputs.first
        var template = try job(ArchiveList(members: archive.members), output: output, console: console)
        let (archives, outputs) = (Array(all[part]), Array(allOutputs[part]))
        let rules = try rules(template)
        let settings = try modelFiles(nil, rules)
        // All of them before any is removed.
        let made = template.format == .webdataset ? allOutputs : []
        let written = made + allOutputs.flatMap { template.files($0).possible } + [output.summary].compactMap { $0 }
        try OutputFile.check(written, stream: FileStatus(descriptor: 1), against: all.map(\.path) + settings)
        if let summary = output.summary { try OutputFile.check(summary) }
        for file in outputs { try template.checkEarlierArchive(file) }
        if output.retryFailed, !outputs.contains(where: { template.files($0).output.exists }) {
            throw RecaptionError.nothingToRetry(path: folder.escaped)
        }
        if scoring.clip.embeddings != nil {
            throw ValidationError("--embeddings needs one file for --output, not a folder.")
        }
        if dryRun.dryRun { return try await survey(archives, outputs, in: folder, template, rules, output, console) }
        do {
            try folder.makeFolders()
        } catch {
            let isNoFolder = folder.exists && !folder.isFolder
            throw isNoFolder
                ? FileError.unwritableOutput(folder, cause: "it is no folder")
                : FileError.unwritableOutput(folder, code: error.rawValue)
        }
        let (models, loadSeconds) = try await models(for: &template, rules, console)
        if output.overwrite {
            // What is not reached must not be taken for what this run has done.
            for file in outputs { try remove(template, file) }
            template.mode = .resume
        }
        var sum: RunProgress?
        func commands(_ job: RecaptionJob, _ output: OutputOptions, _ label: String) -> JobCommand {
            JobCommand(
                job: job, models: models, output: output, console: console, loadSeconds: loadSeconds, label: label)
        }
        for (number, (archive, file)) in zip(archives, outputs).enumerated() {
            if Signals.isReceived {
                sum = sum ?? RunProgress(total: 0)
                sum?.interrupt()
                break
            }
            let result: RunProgress
            if let done = try template.done(archive, by: models, output: file) {
                result = done
            } else {
                var job = template
                var output = output
                output.file = file
                job.input = try ArchiveList(inputs: [archive], members: self.archive.members)
                for note in job.input.notes { console.note(note) }
                if job.mode == .retryFailed, !job.files(file).output.exists { job.mode = .resume }
                job.limit = output.limit.map { max($0 - (sum?.total ?? 0), 0) }
                try output.check(job, settings: settings)
                let label = archives.count > 1 ? "\(archive.text) (\(number + 1)/\(archives.count)): " : ""
                result = try await commands(job, output, label).perform().0
            }
            if sum == nil { sum = result } else { sum? += result }
            if result.isInterrupted {
                if archives.count > 1 {
                    console.note(
                        "interrupted in archive \(number + 1) of \(archives.count), \(archive.text); the counts end there"
                    )
                }
                break
            }
        }
        try commands(template, output, "").finish(sum ?? RunProgress(total: 0))
    }

    private func remove(_ job: RecaptionJob, _ file: FilePath) throws {
        let files = job.files(file)
        try files.retry.remove()
        try files.remove()
        if job.format == .webdataset { try file.written.remove() }
    }

    /// What the output of each archive is called.
    /// - Throws: `ValidationError` where two would be the same.
    private func outputs(of archives: [GivenPath], in folder: FilePath) throws -> [FilePath] {
        var seen: [FilePath: GivenPath] = [:]
        return try archives.map { archive in
            let stem = archive.path.exactStem ?? []
            let file: FilePath
            if output.format == .webdataset, let name = archive.path.lastComponent, archive.bytes.hasEnding([".tar"]) {
                file = folder.appending(name)
            } else {
                let ending = output.format == .webdataset ? ".tar" : output.format == .csv ? ".csv" : ".jsonl"
                file = folder.pushing(FilePath(bytes: stem + Array(ending.utf8)))
            }
            if let other = seen.updateValue(archive, forKey: file) {
                throw ValidationError(
                    "\(other) and \(archive) would both be written to \(file.escaped); caption them into two folders.")
            }
            return file
        }
    }

    /// Says what a run over archives would do.
    private func survey(
        _ archives: [GivenPath], _ outputs: [FilePath], in folder: FilePath, _ template: RecaptionJob,
        _ rules: ScoringRules?, _ output: OutputOptions, _ console: Console
    ) async throws {
        var output = output
        Signals.respond(.cancel)
        var sum = RunSurvey()
        for (archive, file) in zip(archives, outputs) {
            var job = template
            job.input = try ArchiveList(inputs: [archive], members: self.archive.members)
            if job.mode == .retryFailed, !job.files(file).output.exists { job.mode = .resume }
            job.limit = output.limit.map { max($0 - sum.items, 0) }
            let before = sum.items
            sum += try job.survey(job.files(file), rules: rules) { count in
                console.show { "\(before + count) looked at, \(archive.text)" }
            }
        }
        console.endLine()
        output.file = folder
        try await report(sum, of: template, rules: rules, output: output, console)
    }
}
