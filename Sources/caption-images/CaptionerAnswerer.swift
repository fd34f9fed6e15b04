import Captioner
import CaptionerEvaluation
import Foundation

/// A captioner that is asked questions.
struct CaptionerAnswerer: QuestionAnswerer {
    let captioner: Captioner
    let generation: Captioner.GenerationOptions

    func answers(
        to questions: [String], about image: Data
    ) async throws -> [Result<ModelAnswer, AnswerFailure>] {
        do {
            let captions = try await captioner.answers(
                questions.map { [ConversationTurn($0)] }, about: CaptionRequest(image: .data(image)),
                options: generation)
            return captions.map { caption in
                caption.map { ModelAnswer(text: $0.text, isComplete: $0.isComplete, note: $0.note) }
                    .mapError { AnswerFailure($0.message) }
            }
        } catch let failure as CaptionFailure {
            throw AnswerFailure(failure.message)
        }
    }
}
