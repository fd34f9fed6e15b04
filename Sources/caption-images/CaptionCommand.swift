import ArgumentParser
import Captioner
import Foundation
import Recaption

/// `caption-images [caption] INPUT...`: one JSON record for each image.
struct CaptionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "caption",
        abstract: "Captions image files and folders; one JSON record a line.",
        discussion: """
            Records go to standard output or to a file, everything else to standard error. An image that cannot be \
            captioned gets a record with an error. Exit status: 0 all captioned, 2 finished with error records, \
            1 could not run, 64 wrong usage.
            """)

    @Argument(
        help: "Image files, and folders, searched with their subfolders in path order; hidden files are left out.")
    var input: [String]

    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Text") var text: TextOptions

    @Option(name: [.short, .long], help: "The file to write, or - for standard output. (default: -)")
    var output: String?

    @Flag(help: "Replace the output file if it is there.")
    var overwrite = false

    @Flag(help: "Write how probable each caption is under the model, in nats.")
    var logProbabilities = false

    @Option(
        help:
            "The most images that go through the model together. More take more memory, and records come a batch at a time."
    )
    var batchSize = CaptionerOptions().batchSize

    @Option(help: "Caption only the first so many images.")
    var limit: Int?

    @Option(help: "A JSON file for counts, rates, stage times and memory; replaced if it is there.")
    var summary: String?

    @Flag(help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        if input.contains("") { throw ValidationError("An input is empty.") }
        if output == "" { throw ValidationError("--output is empty.") }
        if let summary, ["", "-"].contains(summary) {
            throw ValidationError("--summary is \(summary.isEmpty ? "empty" : summary), expected the name of a file.")
        }
        if let limit, limit < 0 { throw ValidationError("--limit is \(limit), expected 0 or more.") }
        guard CaptionerOptions.batchSizes.contains(batchSize) else {
            throw ValidationError("--batch-size is \(batchSize), expected \(CaptionerOptions.batchSizes).")
        }
    }

    func run() async throws {
        try await reportingErrors {
            var list = try ImageList(inputs: input)
            let found = list.images.count
            if let limit { list.limit(to: limit) }
            try OutputFile.check([output, summary].compactMap { $0 }.filter { $0 != "-" }, against: list.images)
            let console = Console(isQuiet: quiet)
            for note in text.optionsWithoutEffect { console.note(note) }
            if found == 0 { console.note("no images in \(input.joined(separator: ", "))") }
            if list.otherFileCount > 0 {
                let files = list.otherFileCount == 1 ? "1 file" : "\(list.otherFileCount) files"
                console.note("\(files) passed over, not an image by name")
            }
            if model.model == nil {
                console.note("no --model given: the demo model knows emoji and coloured shapes, not photographs")
            }

            let start = ContinuousClock.now
            let captioner = try await Captioner(
                model: model.folder(), options: model.captionerOptions(batchSize: batchSize))
            let loadSeconds = (ContinuousClock.now - start) / .seconds(1)

            if !captioner.unusedTensors.isEmpty {
                let names = captioner.unusedTensors.prefix(3).joined(separator: ", ")
                let more = captioner.unusedTensors.count > 3 ? " and \(captioner.unusedTensors.count - 3) more" : ""
                console.note(
                    "tensors that the model has no use for: \(names)\(more); caption-images inspect lists them")
            }

            // Opened only now, so that a model or a prompt that cannot be used neither leaves an empty file nor empties one.
            try captioner.check(text.generation)
            if let summary { try OutputFile.check(summary) }
            let writer =
                try output.flatMap { $0 == "-" ? nil : $0 }.map { try RecordWriter(path: $0, overwrites: overwrite) }
                ?? RecordWriter()
            let run = CaptionRun(
                list.images, captioner: captioner, options: text.generation, showsLogProbabilities: logProbabilities)
            let result = try await run(to: writer) { console.show($0) }
            console.finish(result)
            let skipped = found - list.images.count
            if let summary {
                let figures = RunSummary(result, captioner: captioner, loadSeconds: loadSeconds, skipped: skipped)
                try OutputFile.write(figures.json(), to: summary)
            }
            if result.failed > 0 { throw ExitCode(2) }
        }
    }
}
