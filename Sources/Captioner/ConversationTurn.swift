/// A question about an image and its answer, which the question that is being asked does not have yet.
public struct ConversationTurn: Sendable, Hashable, Codable {
    /// What is asked, without the image's placeholder.
    public var question: String
    /// What was answered; nil for the last turn, whose answer is asked for.
    public var answer: String?

    /// - Parameters: as the properties of the same names.
    public init(_ question: String, answer: String? = nil) {
        self.question = question
        self.answer = answer
    }
}
