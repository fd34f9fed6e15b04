import Captioner
import CaptionerDataSets

extension ImageAnswer {
    /// What rows have of the captioner's answer.
    init(_ outcome: CaptionOutcome) {
        self = outcome.captions
            .map { $0.map { ImageCaption(text: $0.text, logProbability: $0.logProbability, note: $0.note) } }
            .mapError {
                ItemFailure(stage: .init(rawValue: $0.stage.rawValue) ?? .caption, message: $0.message, path: $0.path)
            }
    }
}
