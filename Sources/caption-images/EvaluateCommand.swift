import ArgumentParser

/// `caption-images evaluate BENCHMARK`: what answers to questions about images are worth.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Evaluates a model on TextVQA or MMBench.",
        discussion: "Of answers in a file, or of a model; writes what the challenge's scripts write.",
        subcommands: [EvaluateTextVQACommand.self, EvaluateMMBenchCommand.self])
}
