/// How a model that was trained on tasks is given one: the image, the begin token, the task, and what ends it.
package struct TaskTemplate: Sendable {
    /// Where a caption is wanted and nothing is said.
    package let caption: String
    /// Before a question.
    package let question: String
    /// After any task.
    package let ending: String

    /// PaliGemma's, in English.
    package static let paliGemma = TaskTemplate(caption: "caption en", question: "answer en ", ending: "\n")
}
