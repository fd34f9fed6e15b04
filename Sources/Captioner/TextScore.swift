/// The log-likelihood of a text as the caption of an image.
///
/// ```swift
/// let score = try await captioner.logLikelihood(of: "a dog on a beach", for: url)
/// print(score.logProbability, score.tokenLogProbabilities)
/// ```
public struct TextScore: Sendable, Hashable, Codable {
    /// The tokens of the text, with the end token last if it was scored.
    public let tokenIDs: [Int]
    /// The log-probability of each token, in nats, given the image, the prompt and the tokens before it.
    public let tokenLogProbabilities: [Float]

    /// The log-probability of the text, in nats.
    public var logProbability: Float { tokenLogProbabilities.reduce(0, +) }

    /// The mean log-probability of a token, in nats. It compares texts of different length.
    public var meanLogProbability: Float { logProbability / Float(max(tokenLogProbabilities.count, 1)) }

    /// - Parameters: as the properties of the same names, both of the same length.
    public init(tokenIDs: [Int], tokenLogProbabilities: [Float]) {
        self.tokenIDs = tokenIDs
        self.tokenLogProbabilities = tokenLogProbabilities
    }
}
