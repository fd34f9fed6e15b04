import ArgumentParser
import Captioner
import CaptionerDataSets
import CaptionerEvaluation
import CaptionerFiles
import Foundation
import SystemPackage

/// `caption-images answer QUESTIONS --image-folder DIR -o ANSWERS`: what a model answers to questions about images.
struct AnswerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer",
        abstract: "Answers questions about images.",
        discussion: """
            Questions have the format of LLaVA's files for TextVQA, answers that of MGM's script for TextVQA; they are \
            written in the order of the questions. A question whose image is missing or damaged gets an empty answer, and \
            a line in OUTPUT.errors.jsonl. The same command resumes an interrupted run. Exit status: 0 all answered, 2 \
            some have no answer, 1 could not run or continue, 128 + N interrupted by signal N, 64 wrong usage.
            """)

    @Argument(
        help:
            "The questions, one JSON object per line with question_id, image (a path, or a list of them for a model that takes several) and text."
    )
    var questions: FilePath

    @Option(help: "The folder that image paths are relative to.")
    var imageFolder: FilePath

    @Option(name: [.short, .long], help: "The file for the answers, one JSON object per line.")
    var output: FilePath

    @Flag(help: "Remove an existing output, and start from the beginning.")
    var overwrite = false

    @Flag(help: "No notes and no progress on standard error.")
    var quiet = false

    @OptionGroup(title: "Answers") var answers: AnswerOptions
    @OptionGroup(title: "Model") var model: ModelOptions

    func validate() throws {
        try output.checkOutputName()
        for (name, value) in [("The file of questions", questions), ("--image-folder", imageFolder)]
        where value.isEmpty { throw ValidationError("\(name) is empty.") }
    }

    func run() async throws {
        try await reportingErrors {
            Signals.respond(.cancel)
            let errors = output.suffixed(".errors.jsonl")
            try OutputFile.check(output, with: [errors])
            try OutputFile.check([output, errors], against: [questions] + model.files())
            try imageFolder.checkFolder()
            let questions = try QuestionFile.read(questions)
            if model.model == nil, !quiet {
                Console.write("no --model given: the demo model knows emoji and coloured shapes, not photographs\n")
            }
            let answers = ModelAnswers(
                path: output, errors: errors, images: imageFolder, model: model,
                generation: answers.generation(maxNewTokens: 128), overwrites: overwrite, isQuiet: quiet,
                command: self)
            if try await answers.ask(questions).allFailed > 0 { throw ExitCode(2) }
        }
    }
}
