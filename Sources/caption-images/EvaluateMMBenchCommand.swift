import ArgumentParser
import CaptionerEvaluation
import CaptionerFiles
import Foundation
import SystemPackage

/// `caption-images evaluate mmbench`.
struct EvaluateMMBenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mmbench",
        abstract: "Evaluates a model on MMBench.",
        discussion: EvaluationOptions.discussion)

    @Option(help: "MMBench's table, tab-separated: mmbench_dev_20230712.tsv.")
    var table: FilePath

    @OptionGroup var options: EvaluationOptions

    func validate() throws {
        if table.isEmpty { throw ValidationError("--table is empty.") }
    }

    func run() async throws {
        try await reportingErrors {
            Signals.respond(.cancel)
            guard let stem = table.exactStem, let split = FilePath(bytes: stem).lastComponent else {
                throw FileError.unreadableFile(table, cause: "it has no name")
            }
            let benchmark = try MMBenchBenchmark(table: table)
            var run = EvaluationRun(benchmark: benchmark, options: options, maxNewTokens: 1024, command: self) {
                .init(
                    page: $0.mmbenchPage, answers: [$0.mmbenchAnswers(split: split)],
                    sheet: $0.mmbenchSheet(split: split))
            }
            run.sheet = benchmark.uploadSheet
            run.inputs = [table]
            try await run()
        }
    }
}
