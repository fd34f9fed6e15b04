/// How probable a text is as the caption of an image.
public struct TextScore: Sendable, Hashable, Codable {
    /// The tokens of the text, the end token last if it was asked for.
    public let tokenIDs: [Int]
    /// The log-probability of each token, in nats, given the image, the prompt and the tokens before it.
    public let tokenLogProbabilities: [Float]

    /// The log-probability of the text, in nats.
    public var logProbability: Float { tokenLogProbabilities.reduce(0, +) }

    /// The log-probability of a token on average, in nats: what texts of different length are compared by.
    public var meanLogProbability: Float { logProbability / Float(max(tokenLogProbabilities.count, 1)) }

    /// - Parameters: as the properties of the same names; as many of one as of the other.
    public init(tokenIDs: [Int], tokenLogProbabilities: [Float]) {
        self.tokenIDs = tokenIDs
        self.tokenLogProbabilities = tokenLogProbabilities
    }
}
