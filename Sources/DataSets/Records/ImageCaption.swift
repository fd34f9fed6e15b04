/// What a run keeps of a caption.
package struct ImageCaption: Sendable, Equatable {
    package var text: String
    /// Under the model, in nats.
    package var logProbability: Float
    /// What was wrong with the picture although it could be captioned.
    package var note: String?

    package init(text: String, logProbability: Float = 0, note: String? = nil) {
        self.text = text
        self.logProbability = logProbability
        self.note = note
    }
}

/// The captions of an image, best first, at least one, or why there is none.
package typealias ImageAnswer = Result<[ImageCaption], ItemFailure>
