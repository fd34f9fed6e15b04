import Captioner
import CaptionerDataSets

extension ImageAnswer {
    /// What rows have of the captioner's answer.
    init(_ outcome: CaptionOutcome) {
        self = outcome.captions
            .map { $0.map { ImageCaption(text: $0.text, logProbability: $0.logProbability, note: $0.note) } }
            .mapError(ItemFailure.init)
    }
}

extension ItemFailure {
    /// The captioner's reason, in the words of rows.
    init(_ failure: CaptionFailure) {
        self.init(
            stage: .init(rawValue: failure.stage.rawValue) ?? .caption, message: failure.message, path: failure.path)
    }
}
