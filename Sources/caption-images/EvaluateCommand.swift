import ArgumentParser

/// `caption-images evaluate BENCHMARK`: what answers to questions about images are worth.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Evaluates a model on TextVQA or MMBench.",
        discussion:
            "Scores answers that are in a file, or asks a model. Writes what the Better Synth challenge's scripts write.",
        subcommands: [EvaluateTextVQACommand.self, EvaluateMMBenchCommand.self])
}
