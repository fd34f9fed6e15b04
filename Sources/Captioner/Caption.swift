/// A caption of an image, or an answer to a question about it.
///
/// ```swift
/// let caption = try await captioner.caption(url)
/// print(caption.text, caption.logProbability, caption.isComplete)
/// ```
public struct Caption: Sendable, Hashable, Codable {
    /// The text, without white space at its ends unless ``Captioner/GenerationOptions/trimsText`` is false.
    public let text: String
    /// The new tokens, the end token included if there was one.
    public let tokenIDs: [Int]
    /// The caption's log-probability under the model, in nats: the sum over its tokens, before any option changed their
    /// logits.
    public let logProbability: Float
    /// The score that the search ranked the caption by. With beams it is `sequences_scores` of transformers: the sum of
    /// log-probabilities after all options, divided by length to the power of the length penalty. Otherwise it is the
    /// log-probability.
    public let score: Float
    /// Whether the model ended the caption itself. Otherwise the caption was cut, at
    /// ``Captioner/GenerationOptions/maxNewTokens`` or where the model's context was full.
    public let isComplete: Bool
    /// A warning about an image that was captioned all the same: its file is truncated, or its prompt was cut because it
    /// is too long for the model. Nil if there is none.
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
