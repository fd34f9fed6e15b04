/// The text around questions and answers that a model was trained with. The image is in the first question.
package struct ConversationTemplate: Sendable {
    /// A question, and its answer, which the last one does not have.
    package struct Turn: Sendable, Equatable {
        package let question: String
        package let answer: String?

        package init(question: String, answer: String? = nil) {
            self.question = question
            self.answer = answer
        }
    }

    /// Before the image, which is in the first question.
    private let beginning: String
    /// Between the image and the first question.
    private let imageEnd: String
    /// Before a later question.
    private let questionStart: String
    private let turnEnd: String
    private let answerStart: String
    /// Between that and an answer.
    package let answerGap: String
    private let answerEnd: String
    /// What is asked where a caption is wanted and nothing is said.
    package let captionQuestion: String

    /// Gemma's, as LLaVA and MGM write it: no token ends a question but the end of a turn, and one follows an answer.
    package static let gemma = ConversationTemplate(
        beginning: "<start_of_turn>user\n", imageEnd: "\n", questionStart: "<start_of_turn>user\n",
        turnEnd: "<end_of_turn>\n", answerStart: "<start_of_turn>model\n", answerGap: "", answerEnd: "<eos>",
        captionQuestion: "Describe this image in one short sentence.")

    /// SmolVLM's, as the chat template of its first version writes it: a message that begins with an image has no blank after its
    /// colon, and nothing follows the colon before the answer that is wanted.
    package static let smolVLM = ConversationTemplate(
        beginning: "<|im_start|>User:", imageEnd: "", questionStart: "User: ", turnEnd: "<end_of_utterance>\n",
        answerStart: "Assistant:", answerGap: " ", answerEnd: "", captionQuestion: "Can you describe this image?")

    /// The placeholder of an image in texts that the model's library is given; a question that holds it would have another
    /// image.
    package static let imagePlaceholder = "<image>"

    /// The text before the image and the text after it, up to where the answer begins. The begin token is in neither.
    /// - Parameter turns: at least one.
    package func text(of turns: [Turn]) -> (beforeImage: String, afterImage: String) {
        var text = imageEnd
        for (index, turn) in turns.enumerated() {
            if index > 0 { text += questionStart }
            text += turn.question + turnEnd + answerStart
            if let answer = turn.answer { text += answerGap + answer + turnEnd + answerEnd }
        }
        return (beginning, text)
    }
}
