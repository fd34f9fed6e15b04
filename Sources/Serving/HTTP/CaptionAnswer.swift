package import Captioner
import CaptionerDataSets
package import CaptionerJSON
import Foundation

/// Answers to requests for captions outside a chat.
package enum CaptionAnswer {
    /// `[{"generated_text"}]`, or for a question `[{"answer", "score"}]` with its probability, as Hugging Face's clients
    /// read it.
    package static func generatedTexts(_ captions: [Caption], isQuestion: Bool) -> JSONValue {
        .array(
            captions.map { caption in
                let note = caption.note.map { [JSONMember("note", .string($0))] } ?? []
                guard isQuestion else { return .object([JSONMember("generated_text", .string(caption.text))] + note) }
                return .object(
                    [
                        JSONMember("answer", .string(caption.text)),
                        JSONMember("score", .number("\(exp(caption.logProbability))")),
                    ] + note)
            })
    }

    /// What a worker answers: `{"caption", "log_probability"}`, of several `{"captions", "log_probabilities"}`.
    package static func record(_ captions: [Caption]) -> JSONValue {
        CaptionRecord(
            path: nil, answer: .success(captions.map(ImageCaption.init)),
            shape: .init(isList: captions.count > 1, showsLogProbabilities: true)
        ).json
    }
}
