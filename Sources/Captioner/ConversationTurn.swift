/// A question about an image and its answer, which the question that is being asked does not have yet.
public struct ConversationTurn: Sendable, Equatable, Codable {
    public var question: String
    public var answer: String?

    public init(_ question: String, answer: String? = nil) {
        self.question = question
        self.answer = answer
    }
}
