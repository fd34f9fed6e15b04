package import CaptionerJSON

/// A question about an image.
package struct EvaluationQuestion: Sendable {
    /// As it was written: not always unique, and not always a number.
    package let id: JSONValue
    package let image: EvaluationImage
    /// Further images that it is about, after the first.
    package var furtherImages: [EvaluationImage] = []
    /// The question as the answer file repeats it.
    package let prompt: String
    /// What a model is asked, after the image.
    package let modelPrompt: String
    /// What the answer file repeats of a multiple-choice question.
    package let choice: AnswerRecord.Choice?
    /// What results are grouped by.
    package let categories: [Category]
    /// Questions that a page shows together: those about an image, or the copies of a question.
    package let group: ExactString

    /// What two questions about the same images have in common.
    var imageKeys: [ExactString] { [image.key] + furtherImages.map(\.key) }

    /// `category: "ocr"`, say.
    package struct Category: Sendable {
        package let title: String
        package let name: String
    }
}
