import Captioner
import CaptionerDemoModel
import Foundation

/// Captions each image in a task of its own, as an app does for its requests. The tasks share batches:
/// `many-tasks IMAGE...`.
@main
struct ManyTasks {
    static func main() async throws {
        let images = CommandLine.arguments.dropFirst().map { URL(fileURLWithPath: $0) }
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint())
        try await captioner.prewarm()
        var captions = Array(repeating: "", count: images.count)
        try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for (index, image) in images.enumerated() {
                group.addTask { (index, try await captioner.caption(image).text) }
            }
            for try await (index, text) in group { captions[index] = text }
        }
        for text in captions { print(text) }
    }
}
