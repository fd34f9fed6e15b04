/// What a search wrote for one sequence.
package struct GeneratedSequence: Sendable, Equatable {
    /// Why no more tokens were added.
    package enum FinishReason: String, Sendable, Codable {
        /// The model closed the sequence with an end token.
        case endToken = "end_token"
        /// The longest allowed length, or the model's context, was reached.
        case length
    }

    /// The new tokens, with the end token if there was one.
    package internal(set) var tokenIDs: [Int] = []
    /// The sum of the tokens' log-probabilities under the model, in nats, before any processor changed the logits.
    package internal(set) var logProbability: Float = 0
    /// What a beam search ranked the sequence by; for other searches the log-probability.
    package internal(set) var score: Float = 0
    package internal(set) var finishReason: FinishReason = .length
}
