package import Foundation

/// What a model says about an image.
package struct ModelAnswer: Sendable {
    package let text: String
    /// Whether the model ended the answer itself.
    package let isComplete: Bool
    /// What was wrong although there is an answer.
    package let note: String?

    package init(text: String, isComplete: Bool = true, note: String? = nil) {
        self.text = text
        self.isComplete = isComplete
        self.note = note
    }
}

/// A model that can be asked.
package protocol QuestionAnswerer: Sendable {
    /// The answers to several questions about one image, or about the same several.
    /// - Parameter images: as they are encoded, at least one.
    /// - Returns: for each question the answer, or why there is none.
    /// - Throws: `AnswerFailure` if the image is why; anything else concerns all questions that are left.
    func answers(
        to questions: [String], about images: [Data]
    ) async throws -> [Result<ModelAnswer, AnswerFailure>]
}
