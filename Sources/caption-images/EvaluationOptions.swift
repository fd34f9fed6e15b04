import ArgumentParser
import CaptionerEvaluation
import SystemPackage

/// What all benchmarks have in common.
struct EvaluationOptions: ParsableArguments {
    static let discussion = """
        Prints the score as the benchmark's own script does. With --output, answers, the sheet to upload (MMBench) and \
        report.html are written to FOLDER/MODEL. \
        Exit status: 0 scored, 1 could not, 128 and its number interrupted by a signal, 64 wrong usage.
        """

    @Option(help: "Answers that are there, as MGM's scripts write them, a JSON object a line.")
    var answers: FilePath

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

    func validate() throws {
        if answers.isEmpty { throw ValidationError("--answers is empty.") }
        try output?.checkOutputName()
        guard 0...512 ~= thumbnailSize else {
            throw ValidationError("--thumbnail-size is \(thumbnailSize), expected 0...512.")
        }
        if output == nil {
            if name != nil { throw ValidationError("--name belongs to --output.") }
            if overwrite { throw ValidationError("--overwrite belongs to --output.") }
        }
    }

    /// Where answers come from.
    var provider: any AnswerProvider { AnswerFile(answers) }
}
