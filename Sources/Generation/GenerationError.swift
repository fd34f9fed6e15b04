/// What can go wrong while text is generated.
package enum GenerationError: Error, Equatable, CustomStringConvertible {
    /// The prompt does not fit into the model's context beside the image.
    case promptTooLong(positions: Int, limit: Int)
    /// The prompt holds the placeholder of an image, of which there is one already.
    case promptNamesImage(placeholder: String)
    /// A text to be scored does not fit into the model's context after image and prompt.
    case textTooLong(positions: Int, limit: Int)
    /// A prompt holds a token that the model has no embedding for; tokenizer and model do not belong together.
    case unknownToken(id: Int, vocabularySize: Int)
    /// The logits of a step hold no usable number; the weights are damaged or out of range.
    case invalidLogits(step: Int)
    /// The options rule out every token of the vocabulary.
    case noTokenLeft(step: Int)

    package var description: String {
        switch self {
        case .promptTooLong(let positions, let limit):
            "the prompt is too long: image and prompt take \(positions) positions, and the model has \(limit)"
        case .promptNamesImage(let placeholder):
            "the question holds \(placeholder), for which the model expects another image"
        case .textTooLong(let positions, let limit):
            "the text is too long: image, prompt and text take \(positions) positions, and the model has \(limit)"
        case .unknownToken(let id, let vocabularySize):
            "the prompt holds token \(id), and the model knows \(vocabularySize); tokenizer and model do not belong together"
        case .invalidLogits(let step):
            "the model's logits are not numbers at new token \(step + 1); its weights are damaged or out of range"
        case .noTokenLeft(let step):
            "no token is left to choose from at new token \(step + 1): the options rule out all of the vocabulary"
        }
    }
}
