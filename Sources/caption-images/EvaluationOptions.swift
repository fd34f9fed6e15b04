import ArgumentParser
import Captioner
import CaptionerEvaluation
import SystemPackage

/// What all benchmarks have in common.
struct EvaluationOptions: ParsableArguments {
    static let discussion = """
        Prints the score as the benchmark's own script does. With --output, answers, the sheet to upload (MMBench) and \
        report.html are written to FOLDER/MODEL. \
        With --model in place of --answers the model is asked, as with answer, and its answers are written there as they \
        come; the same command resumes where it was interrupted. \
        Exit status: 0 scored, 2 scored although questions have no answer of the model, 1 could not, 128 and its number interrupted by a signal, 64 wrong usage.
        """

    @Option(help: "Answers that are there, as MGM's scripts write them, a JSON object a line.")
    var answers: FilePath?

    @Option(
        name: [.short, .long],
        help: "A folder for what the challenge's scripts write, such as output/eval_results.")
    var output: FilePath?

    @Option(help: "What the model is called in the folder. (default: model_id of the answers)")
    var name: String?

    @Option(help: "The longer side of the small images in report.html in pixels, 0 for none.")
    var thumbnailSize = 160

    @Flag(help: "Replace files that are there.")
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
