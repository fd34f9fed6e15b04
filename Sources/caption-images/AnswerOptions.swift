import ArgumentParser
import Captioner

/// How answers are generated.
struct AnswerOptions: ParsableArguments {
    @Option(help: "The maximum number of new tokens in an answer. (default: 128; for MMBench 1024)")
    var maxNewTokens: Int?

    @Option(help: "The number of beams; 1 for no beam search.")
    var numBeams = 1

    func validate() throws { _ = try TextOptions.checked(generation(maxNewTokens: 128)) }

    /// An option that says something.
    var nameInUse: String? { maxNewTokens != nil ? "--max-new-tokens" : numBeams != 1 ? "--num-beams" : nil }

    /// - Parameter standard: the most new tokens where the options say nothing.
    func generation(maxNewTokens standard: Int) -> Captioner.GenerationOptions {
        var options = Captioner.GenerationOptions(maxNewTokens: maxNewTokens ?? standard)
        options.numBeams = numBeams
        return options
    }
}
