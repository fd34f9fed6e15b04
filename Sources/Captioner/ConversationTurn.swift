/// A question about an image, with its answer. The last turn of a conversation has no answer yet.
///
/// ```swift
/// let turns = [ConversationTurn("What is on the table?", answer: "a cup"), ConversationTurn("Which colour has it?")]
/// let answer = try await captioner.answer(turns, about: url)
/// ```
public struct ConversationTurn: Sendable, Hashable, Codable {
    /// The question, without the placeholder `<image>`.
    public var question: String
    /// The answer; nil for the last turn.
    public var answer: String?

    /// - Parameters: as the properties of the same names.
    public init(_ question: String, answer: String? = nil) {
        self.question = question
        self.answer = answer
    }
}
