import Captioner
import CaptionerEvaluation
import Foundation

/// A captioner that is asked questions.
struct CaptionerAnswerer: QuestionAnswerer {
    let captioner: Captioner
    let generation: Captioner.GenerationOptions

    func answers(
        to questions: [String], about images: [Data]
    ) async throws -> [Result<ModelAnswer, AnswerFailure>] {
        do {
            let request = CaptionRequest(
                image: .data(images[0]), furtherImages: images.dropFirst().map { .data($0) })
            let captions = try await captioner.answers(
                questions.map { [ConversationTurn($0)] }, about: request, options: generation)
            return captions.map { caption in
                caption.map { ModelAnswer(text: $0.text, isComplete: $0.isComplete, note: $0.note) }
                    .mapError { AnswerFailure($0.message) }
            }
        } catch let failure as CaptionFailure {
            throw AnswerFailure(failure.message)
        }
    }
}
