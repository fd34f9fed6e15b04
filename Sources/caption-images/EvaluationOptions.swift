import ArgumentParser
import Captioner
import CaptionerEvaluation
import SystemPackage

/// What all benchmarks have in common.
struct EvaluationOptions: ParsableArguments {
    static let discussion = """
        Prints the score as the benchmark's own script does. With --output, answers, the sheet to upload (MMBench) and \
        report.html are written to OUTPUT/NAME. With --model in place of --answers, the model answers the questions as \
        caption-images answer does, and its answers are written there one by one; the same command resumes an \
        interrupted run. Exit status: 0 scored, 2 scored, but the model left questions without an answer, 1 could not, \
        128 + N interrupted by signal N, 64 wrong usage.
        """

    @Option(help: "A file of answers as MGM's scripts write them, one JSON object per line.")
    var answers: FilePath?

    @Option(
        name: [.short, .long],
        help: "The folder for the files that the challenge's scripts write, such as output/eval_results.")
    var output: FilePath?

    @Option(help: "The name of the model's folder in OUTPUT. (default: model_id of the answers)")
    var name: String?

    @Option(help: "The longer side of the thumbnails in report.html in pixels, 0 for none.")
    var thumbnailSize = 160

    @Flag(help: "Replace existing files.")
    var overwrite = false

    @Flag(help: "No notes and no progress on standard error.")
    var quiet = false

    @OptionGroup(title: "Answers of a model") var generation: AnswerOptions
    @OptionGroup(title: "Model") var model: ModelOptions

    /// Whether a model is asked.
    var asksModel: Bool { model.model != nil }

    func validate() throws {
        if answers?.isEmpty == true { throw ValidationError("--answers is empty.") }
        guard (answers == nil) == asksModel else {
            throw ValidationError(
                "Expected --answers, a file, or --model, which is asked\(asksModel ? "; not both" : "").")
        }
        if asksModel, output == nil { throw ValidationError("--model needs --output, where its answers are written.") }
        if !asksModel, let name = generation.nameInUse { throw ValidationError("\(name) belongs to --model.") }
        try output?.checkOutputName()
        guard 0...512 ~= thumbnailSize else {
            throw ValidationError("--thumbnail-size is \(thumbnailSize), expected 0...512.")
        }
        if output == nil {
            if name != nil { throw ValidationError("--name belongs to --output.") }
            if overwrite { throw ValidationError("--overwrite belongs to --output.") }
        }
    }

    /// Threads that compute at once.
    var threadCount: Int { asksModel ? model.threadCount : Captioner.Options.defaultThreadCount }
}
