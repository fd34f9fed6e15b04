import Captioner
import CaptionerDemoModel
import Foundation

/// Prints the caption of an image token by token, then the finished caption: `streaming IMAGE`.
@main
struct Streaming {
    static func main() async throws {
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint())
        for try await update in captioner.captionUpdates(for: URL(fileURLWithPath: CommandLine.arguments[1])) {
            switch update {
            case .text(let text, _): print(text, terminator: "|")
            case .finished(let caption): print("\n" + caption.text)
            }
        }
    }
}
