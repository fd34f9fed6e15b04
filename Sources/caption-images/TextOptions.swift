import ArgumentParser
import Captioner

/// How captions are generated.
struct TextOptions: ParsableArguments {
    @Option(help: "Text that the caption continues, such as 'Question: what is this? Answer:'.")
    var prompt: String?

    @Option(help: "The most new tokens a caption gets.")
    var maxNewTokens = 30

    @Option(help: "The fewest new tokens a caption gets.")
    var minNewTokens = 0

    func validate() throws {
        guard maxNewTokens >= 1 else {
            throw ValidationError("--max-new-tokens is \(maxNewTokens), expected at least 1.")
        }
        guard (0...maxNewTokens).contains(minNewTokens) else {
            throw ValidationError("--min-new-tokens is \(minNewTokens), expected 0 to \(maxNewTokens).")
        }
    }

    var generation: GenerationOptions {
        GenerationOptions(maxNewTokens: maxNewTokens, minNewTokens: minNewTokens, prompt: prompt)
    }
}
