import ArgumentParser
import Captioner
import CaptionerDataSets
import CaptionerFiles
import CaptionerRecaption
import SystemPackage

/// Where captions go, and which images are done.
struct OutputOptions: ParsableArguments {
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The file to write, or - for standard output. (default: -)", valueName: "file"))
    var given: GivenPath?

    @Option(
        help:
            "jsonl: a record per image. data-juicer: samples with new texts or, in score, with scores. csv: a line per image. sidecar (not for scores): a text file beside each image, and records. llava (not for scores): a training file. coco (not for scores): captions by numbers of images, for COCO's evaluation. imagefolder (not for scores): the metadata.jsonl of Hugging Face's imagefolder. webdataset (not for scores): archives with new texts. The error records of llava, coco and webdataset are in FILE.rows.jsonl.errors.jsonl. (default: jsonl; for data sets data-juicer)"
    )
    var format: OutputFormat?

    @Flag(
        help:
            "Remove an existing output, and start from the beginning. With --format sidecar, text files that are there are replaced, too, unless --existing says otherwise."
    )
    var overwrite = false

    @Flag(help: "Process images and samples with error records again; the other rows stay as they are.")
    var retryFailed = false

    @Option(help: "Only the first LIMIT images or samples.")
    var limit: Int?

    @Option(help: ArgumentHelp("Only the I-th of N parts; caption-images merge joins the outputs.", valueName: "I/N"))
    var shard: Shard?

    @Flag(help: "Write the log-probability of each caption under the model, in nats.")
    var logProbabilities = false

    @Option(
        help:
            "The maximum number of images in a batch. Larger batches take more memory; rows are written batch by batch."
    )
    var batchSize = Captioner.Options().batchSize

    @Option(help: "A JSON file for counts, rates, stage times and memory; an existing one is replaced.")
    var summary: FilePath?

    @Flag(
        help:
            "No progress, notes and counts on standard error. Errors that are in no file and no row are still reported."
    )
    var quiet = false

    func validate() throws {
        if file?.isEmpty == true { throw ValidationError("--output is empty.") }
        if let summary, summary.isEmpty || summary == "-" {
            throw ValidationError("--summary is \(summary.isEmpty ? "empty" : "-"), expected the name of a file.")
        }
        if let limit, limit < 0 { throw ValidationError("--limit is \(limit), expected 0 or more.") }
        guard Captioner.Options.batchSizes.contains(batchSize) else {
            throw ValidationError("--batch-size is \(batchSize), expected \(Captioner.Options.batchSizes).")
        }
        if overwrite, retryFailed { throw ValidationError("--overwrite and --retry-failed exclude each other.") }
    }

    /// Options for runs over images and data sets, for an input that is neither.
    var runNamesInUse: [String] {
        [
            ("--output", file.map { $0 != "-" } ?? false), ("--format", format != nil), ("--overwrite", overwrite),
            ("--retry-failed", retryFailed), ("--limit", limit != nil), ("--shard", shard != nil),
            ("--summary", summary != nil),
        ].filter(\.1).map(\.0)
    }

    /// Options that say something about captions, for a configuration that makes none.
    var captionNamesInUse: [String] {
        [
            ("--format", format.map { $0 != .dataJuicer } ?? false), ("--retry-failed", retryFailed),
            ("--limit", limit != nil), ("--shard", shard != nil), ("--log-probabilities", logProbabilities),
            ("--summary", summary != nil),
        ].filter(\.1).map(\.0)
    }

    var file: FilePath? {
        get { given?.path }
        // The same path may have been given with a slash.
        set { if newValue != given?.path { given = newValue.map { GivenPath($0) } } }
    }

    /// Whether the output is written as that of a folder, with a slash at its end.
    var isNamedAsFolder: Bool { given?.bytes.last == UInt8(ascii: "/") }

    /// The output, if it is a plain file: one that a run can resume from.
    var plainFile: FilePath? { file.flatMap { $0 == "-" || OutputFile.isSpecial($0) ? nil : $0 } }

    /// What resumes a run that ended before its time. With `--overwrite` it would start anew once more.
    var commandToResume: String { overwrite ? "the same command without --overwrite" : "the same command" }

    /// The output, if it is a pipe or a device.
    var pipe: FilePath? { file.flatMap { $0 != "-" && OutputFile.isSpecial($0) ? $0 : nil } }

    /// Says which items a job is for, and what becomes of an output that is there.
    func apply(to job: inout RecaptionJob) {
        job.shard = shard ?? .whole
        job.limit = limit
        job.mode = overwrite ? .overwrite : retryFailed ? .retryFailed : .resume
    }

    /// Checks that nothing is written over what is read, and that it can be written.
    /// - Parameters:
    ///   - settings: other files that the run reads.
    ///   - passes: files that are written beside those of the run.
    ///   - scores: files for scores and embeddings.
    func check(
        _ job: RecaptionJob, settings: [FilePath], passes: [FilePath] = [], scores: [FilePath] = []
    ) throws {
        let input = job.input
        // The files beside the output are written as well.
        let rows = plainFile.map(job.files)
        let trainingFile = job.format.isMadeOfRows ? plainFile : nil
        let refused = job.format == .llava && !job.makesArray ? plainFile.map(LLaVAConversion.refusedRows) : nil
        let outputs =
            [trainingFile, refused].compactMap { $0 } + (rows?.possible ?? []) + passes + scores
            + [summary].compactMap { $0 }
        // Standard output may be a file, too.
        let stream = plainFile == nil ? pipe.map { FileStatus($0) } ?? FileStatus(descriptor: 1) : nil
        if job.format == .sidecar {
            try SidecarOwners.check(
                input, ending: job.sidecars.ending, against: outputs, reading: settings + input.files)
        }
        try OutputFile.check(outputs, stream: stream, against: input)
        try OutputFile.check(outputs, stream: stream, against: settings)
        if let summary { try OutputFile.check(summary) }
        let beside = (rows?.possible ?? []) + passes + [refused].compactMap { $0 }
        if let plainFile { try OutputFile.check(plainFile, with: beside) }
    }

    /// Checks what belongs together.
    /// - Throws: `ValidationError`.
    func check(_ job: RecaptionJob, questions: FilePath?) throws {
        if let given, isNamedAsFolder {
            throw ValidationError("--output \(given) is a folder's name; name a file in it.")
        }
        if plainFile == nil, [.sidecar, .llava, .coco].contains(job.format) {
            throw ValidationError(
                "--format \(job.format.rawValue) needs --output FILE\(job.format == .sidecar ? " for its records, by which a run resumes" : "")."
            )
        }
        if plainFile == nil, retryFailed { throw ValidationError("--retry-failed needs --output FILE.") }
        try checkArchive(job)
        try plainFile?.checkIsUncompressed("--output")
        if logProbabilities, ![.jsonl, .csv, .sidecar, .webdataset].contains(job.format) {
            throw ValidationError("--log-probabilities has no place in --format \(job.format.rawValue).")
        }
        if job.makesArray || job.format == .imageFolder { try checkList(job) }
        if job.format == .llava, !job.makesArray {
            try checkTrainingFile(job, questions: questions)
        } else if questions != nil {
            throw ValidationError("--questions is for --format llava.")
        }
    }

    /// Checks what belongs together in formats that other tools read.
    /// - Throws: `ValidationError`; `DataSetError`, `FileError`.
    private func checkList(_ job: RecaptionJob) throws {
        let name = job.format.rawValue
        if job.format == .imageFolder { return try checkImageFolder(job) }
        guard job.generation.numReturnSequences == 1 else {
            throw ValidationError("--format \(name) has one caption of each image, and --num-captions asks for more.")
        }
        guard job.shard == .whole else {
            throw ValidationError("--format \(name) is one array, and --shard makes parts; jsonl can be merged.")
        }
        if job.format == .coco { try CocoResult.check(job.input) }
        guard let plainFile else { return }
        // That it is the input matters more than that it is there.
        try OutputFile.check([plainFile], against: job.input.files)
        if !overwrite { try ArrayOutput.checkEarlier(plainFile) }
    }

    /// Checks that `datasets` will read what is written: one file of metadata, in the folder that its names are relative to.
    private func checkImageFolder(_ job: RecaptionJob) throws {
        let folder: FilePath?
        switch job.input {
        case let images as ImageList:
            guard images.isOneFolder else { throw ValidationError("--format imagefolder is for one folder of images.") }
            folder = images.folder
        case let table as ImageTable: folder = table.folder
        // Its own metadata are read, so that new ones are made elsewhere and put in their place.
        case is ImageFolder: folder = nil
        default: throw ValidationError("--format imagefolder is for a folder of images.")
        }
        // Parts are merged into the file.
        guard let plainFile, job.shard == .whole else { return }
        let isNamed = plainFile.lastComponent == FilePath.Component(ImageFolder.linesName)
        if let folder {
            let isThere = FileStatus(plainFile.folder)?.identity == FileStatus(folder)?.identity
            guard isNamed, isThere else {
                throw ValidationError(
                    "--format imagefolder needs --output \(folder.appending(ImageFolder.linesName).escaped), the name that datasets looks for in the folder of the images."
                )
            }
        }
        let table = plainFile.folder.appending(ImageFolder.tableName)
        if isNamed, table.exists {
            throw FileError.unwritableOutput(
                plainFile, cause: "\(table.escaped) is there, and datasets reads no folder with both; move it away")
        }
    }

    private func checkArchive(_ job: RecaptionJob) throws {
        guard job.format == .webdataset else { return }
        guard job.input is ArchiveList || job.input is ArchiveStream else {
            throw ValidationError("--format webdataset needs .tar archives for input.")
        }
        if limit != nil {
            throw ValidationError("--limit has no place in --format webdataset, which makes whole archives.")
        }
        if job.shard != .whole {
            throw ValidationError(
                "--shard with --format webdataset needs a folder for --output: a part is some of the archives.")
        }
        if let plainFile { try job.checkEarlierArchive(plainFile) }
    }

    private func checkTrainingFile(_ job: RecaptionJob, questions: FilePath?) throws {
        guard job.shard == .whole else {
            throw ValidationError("--format llava is made of all shards: write data-juicer, merge, and convert.")
        }
        guard let questions else {
            throw ValidationError("--format llava needs --questions, the original data set: captions ask nothing.")
        }
        guard let plainFile else { return }
        try OutputFile.check([plainFile], against: [questions])
        try LLaVAConversion.checkQuestions(questions)
        if !overwrite { try job.conversion?.checkEarlier(plainFile) }
    }
}
