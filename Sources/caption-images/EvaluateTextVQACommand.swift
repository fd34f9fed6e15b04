import ArgumentParser
import CaptionerEvaluation
import CaptionerFiles
import Foundation
import SystemPackage

/// `caption-images evaluate textvqa`.
struct EvaluateTextVQACommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "textvqa",
        abstract: "Evaluates a model on TextVQA.",
        discussion: EvaluationOptions.discussion)

    @Option(help: "LLaVA's questions, one JSON object per line: llava_textvqa_val_v051_ocr.jsonl.")
    var questions: FilePath

    @Option(help: "The reference answers, ten for each question: TextVQA_0.5.1_val.json.")
    var annotations: FilePath

    @Option(help: "The folder of the images, for report.html and for --model.")
    var images: FilePath?

    @OptionGroup var options: EvaluationOptions

    func validate() throws {
        for (name, value) in [("--questions", questions), ("--annotations", annotations), ("--images", images)]
        where value?.isEmpty == true { throw ValidationError("\(name) is empty.") }
        if options.asksModel, images == nil { throw ValidationError("--model needs --images.") }
    }

    func run() async throws {
        try await reportingErrors {
            Signals.respond(.cancel)
            let benchmark = try TextVQABenchmark(questions: questions, annotations: annotations)
            if options.asksModel { try images?.checkFolder() }
            var run = EvaluationRun(benchmark: benchmark, options: options, maxNewTokens: 128, command: self) {
                .init(page: $0.textVQAPage, answers: $0.textVQAAnswers)
            }
            run.inputs = [questions, annotations]
            run.images = images
            try await run()
        }
    }
}
