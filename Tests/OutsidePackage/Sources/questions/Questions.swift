import Captioner
import CaptionerDemoModel
import Foundation

/// Answers several questions about an image. The image is encoded once: `questions IMAGE QUESTION...`.
@main
struct Questions {
    static func main() async throws {
        let image = URL(fileURLWithPath: CommandLine.arguments[1])
        let questions = Array(CommandLine.arguments.dropFirst(2))
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint())
        for (question, answer) in zip(questions, try await captioner.answers(questions, about: image)) {
            print(question, answer.text)
        }
    }
}
