/// What a model says about an image.
public struct Caption: Sendable, Hashable, Codable {
    /// The caption, without white space at its ends unless ``Captioner/GenerationOptions/trimsText`` is false.
    public let text: String
    /// The new tokens, the end token included if there was one.
    public let tokenIDs: [Int]
    /// The caption's log-probability under the model, in nats: the sum over its tokens, before any option changed their
    /// logits.
    public let logProbability: Float
    /// What the search ranked the caption by. With beams: the sum of log-probabilities after all options, divided by
    /// length to the power of the length penalty, `sequences_scores` in transformers. Otherwise the log-probability.
    public let score: Float
    /// Whether the model ended the caption itself; otherwise it was cut at the longest allowed length or where the
    /// model's context was full.
    public let isComplete: Bool
    /// What was wrong with the image although it could be captioned, such as a truncated file, or a prompt whose end the
    /// model left out.
    public let note: String?

    /// - Parameters: as the properties of the same names.
    public init(
        text: String, tokenIDs: [Int] = [], logProbability: Float = 0, score: Float = 0, isComplete: Bool = true,
        note: String? = nil
    ) {
        self.text = text
        self.tokenIDs = tokenIDs
        self.logProbability = logProbability
        self.score = score
        self.isComplete = isComplete
        self.note = note
    }
}
