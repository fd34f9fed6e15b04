import Captioner
import CaptionerDemoModel
import Foundation

/// Prints the caption of an image: `one-caption IMAGE`.
@main
struct OneCaption {
    static func main() async throws {
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint())
        let caption = try await captioner.caption(URL(fileURLWithPath: CommandLine.arguments[1]))
        print(caption.text)
    }
}
