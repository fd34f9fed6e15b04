import Captioner
import CaptionerDemoModel
import Foundation

/// Prints the three best captions of an image with their log-probabilities, and the log-probability of a text:
/// `several-captions IMAGE TEXT`.
@main
struct SeveralCaptions {
    static func main() async throws {
        let image = URL(fileURLWithPath: CommandLine.arguments[1])
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint())
        for caption in try await captioner.captionCandidates(for: image, options: .beams(5, captionCount: 3)) {
            print(caption.logProbability, caption.text)
        }
        let score = try await captioner.logLikelihood(of: CommandLine.arguments[2], for: image)
        print(score.logProbability, CommandLine.arguments[2])
    }
}
