import Captioner
import CaptionerDataSets

extension ImageAnswer {
    /// What rows have of the captioner's answer.
    init(_ outcome: CaptionOutcome) {
        self = outcome.captions.map { $0.map(ImageCaption.init) }.mapError(ItemFailure.init)
    }
}

extension ImageCaption {
    /// What rows have of the captioner's caption.
    init(_ caption: Caption) {
        self.init(text: caption.text, logProbability: caption.logProbability, note: caption.note)
    }
}

extension ItemFailure {
    /// The captioner's reason, in the words of rows.
    init(_ failure: CaptionFailure) {
        self.init(
            stage: .init(rawValue: failure.stage.rawValue) ?? .caption, message: failure.message, path: failure.path)
    }
}
