public import ArgumentParser
public import Captioner

/// How captions are generated.
struct TextOptions: ParsableArguments {
    @Option(
        help:
            "Text that the caption continues, such as 'Question: what is this? Answer:'. For MGM: the question. (default: none; for MGM 'Describe this image in one short sentence.')"
    )
    var prompt: String?

    @Option(help: "The maximum number of new tokens in a caption. (default: 30; for data sets 128)")
    var maxNewTokens: Int?

    @Option(help: "The minimum number of new tokens in a caption.")
    var minNewTokens = 0

    @Option(help: "The minimum number of tokens in a caption; with --transformers 5 prompt and image count, too.")
    var minLength = 0

    @Option(help: "The number of beams; 1 for no beam search.")
    var numBeams = 1

    @Option(
        parsing: .unconditional, help: "Beam search: above 0 favours long captions, below 0 short ones.")
    var lengthPenalty = 1.0

    @Option(help: "Beam search: whether it ends as soon as NUM-BEAMS captions are finished.")
    var earlyStopping = Captioner.GenerationOptions.EarlyStopping.whenUnlikely

    @Flag(
        inversion: .prefixedNo,
        help: "Sample tokens from the model's distribution. (default: no; for data sets yes, as Data-Juicer)")
    var sample: Bool?

    @Option(help: "Sampling: the same seed gives the same captions.")
    var seed: UInt64 = 0

    @Option(help: "Sampling: below 1 sharpens the probabilities, above 1 flattens them.")
    var temperature = 1.0

    @Option(help: "Sampling: only the TOP-K most probable tokens; 0 for all.")
    var topK = 50

    @Option(help: "Sampling: only the most probable tokens whose probabilities add up to TOP-P.")
    var topP = 1.0

    @Option(help: "Sampling: only tokens at least MIN-P times as probable as the most probable one.")
    var minP: Double?

    @Option(help: "The number of captions per image; more than one needs --sample or --num-beams. (default: 1)")
    var numCaptions: Int?

    @Option(help: "Above 1 makes tokens that have occurred less probable.")
    var repetitionPenalty = 1.0

    @Option(help: "No sequence of this many tokens occurs twice; 0 for no such rule.")
    var noRepeatNgramSize = 0

    @Option(help: "A word or phrase that must not occur; can be repeated.")
    var badWord: [String] = []

    @Option(
        help:
            "The version of transformers to follow where versions differ; 4 is 4.38. (default: 4; with --compat that of the Data-Juicer version)"
    )
    var transformers: Captioner.GenerationOptions.TransformersVersion?

    @Flag(
        inversion: .prefixedNo,
        help: "Begin the text of a caption with its prompt. (default: with --transformers 4 no, with 5 yes)")
    var echoPrompt: Bool?

    @Flag(
        inversion: .prefixedNo,
        help: "Remove spaces before punctuation. (default: with --transformers 4 yes, with 5 no)")
    var cleanUpSpaces: Bool?

    @Flag(help: "Keep white space at both ends of captions, such as a final line break.")
    var keepWhitespace = false

    /// What is asked for changes nothing, since what it belongs to was not asked for.
    func optionsWithoutEffect(_ options: Captioner.GenerationOptions) -> [String] {
        let samplings = [
            ("--seed", seed != 0), ("--temperature", temperature != 1), ("--top-k", topK != 50),
            ("--top-p", topP != 1), ("--min-p", minP != nil),
        ]
        let beams = [("--length-penalty", lengthPenalty != 1), ("--early-stopping", earlyStopping != .whenUnlikely)]
        return (options.doSample ? [] : samplings.filter(\.1).map { "\($0.0) has no effect without --sample" })
            + (numBeams > 1 ? [] : beams.filter(\.1).map { "\($0.0) has no effect without --num-beams" })
    }

    /// Options that make sense.
    /// - Throws: `ValidationError`.
    static func checked(_ options: Captioner.GenerationOptions) throws -> Captioner.GenerationOptions {
        do {
            try options.validate()
        } catch {
            throw ValidationError("\(inOptionNames("\(error)")).")
        }
        return options
    }

    /// The library's message with this tool's names: `--top-p` for `topP`.
    private static func inOptionNames(_ message: String) -> String {
        message.replacing("numReturnSequences", with: "--num-captions").replacing(
            "noRepeatNGramSize", with: "--no-repeat-ngram-size"
        )
        .replacing(/[a-z]+(?:[A-Z][a-z]*)+/) { name in
            "--" + name.output.map { $0.isUppercase ? "-\($0.lowercased())" : "\($0)" }.joined()
        }
        .replacing(/^temperature/, with: "--temperature")
    }

    /// The options.
    /// - Parameter standard: what holds where they say nothing.
    func generation(_ standard: Captioner.GenerationOptions = Captioner.GenerationOptions())
        -> Captioner.GenerationOptions
    {
        var options = standard
        if let maxNewTokens { options.maxNewTokens = maxNewTokens }
        options.minNewTokens = minNewTokens
        options.prompt = prompt
        options.minLength = minLength
        if let sample { options.doSample = sample }
        options.seed = seed
        options.temperature = temperature
        options.topK = topK
        options.topP = topP
        options.minP = minP
        options.repetitionPenalty = repetitionPenalty
        options.noRepeatNGramSize = noRepeatNgramSize
        options.badWords = badWord
        options.numBeams = numBeams
        options.lengthPenalty = lengthPenalty
        options.earlyStopping = earlyStopping
        options.numReturnSequences = numCaptions ?? 1
        if let transformers { options.transformersVersion = transformers }
        options.echoesPrompt = echoPrompt
        options.cleansUpSpaces = cleanUpSpaces
        options.trimsText = !keepWhitespace
        return options
    }
}

// Their raw values are what transformers says.
extension Captioner.GenerationOptions.EarlyStopping: ExpressibleByArgument {}
extension Captioner.GenerationOptions.TransformersVersion: ExpressibleByArgument {}
