/// What a run keeps of a caption.
package struct ImageCaption: Sendable, Equatable {
    package var text: String
    /// Under the captioner, in nats; NaN for an old text that it was not asked about.
    package var logProbability: Float
    /// What was wrong with the image although it could be captioned.
    package var note: String?
    /// Whether it is the text that the image had: it was not captioned.
    package var isOld = false

    package init(text: String, logProbability: Float = 0, note: String? = nil, isOld: Bool = false) {
        self.text = text
        self.logProbability = logProbability
        self.note = note
        self.isOld = isOld
    }

    /// A text that an image keeps.
    package static func kept(_ text: String) -> ImageCaption {
        ImageCaption(text: text, logProbability: .nan, isOld: true)
    }
}

/// The captions of an image, best first, at least one, or why there is none.
package typealias ImageAnswer = Result<[ImageCaption], ItemFailure>
