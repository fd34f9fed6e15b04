import ArgumentParser

/// `caption-images evaluate BENCHMARK`: what answers to questions about images are worth.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract:
            "Scores answers to the questions of TextVQA or MMBench, those of a file or of a model, and writes what the challenge's scripts write.",
        subcommands: [EvaluateTextVQACommand.self, EvaluateMMBenchCommand.self])
}
