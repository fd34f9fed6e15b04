import Captioner
import CaptionerDemoModel
import Foundation

/// Captions a folder, says how far it is, and stops when that was enough: `folder-captions FOLDER COUNT`.
@main
struct FolderCaptions {
    static func main() async throws {
        let folder = URL(fileURLWithPath: CommandLine.arguments[1])
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { ["jpg", "png"].contains($0.pathExtension) }.sorted { $0.path < $1.path }
        let work = Task {
            // One by one, since a batch is captioned as a whole.
            let options = Captioner.Options(batchSize: 1)
            let captioner = try await Captioner(modelFolder: DemoModel.checkpoint(), options: options) { share in
                if share == 1 { print("model loaded") }
            }
            for try await outcome in captioner.captions(for: files) {
                switch outcome.result {
                case .success(let caption): print("\(outcome.index + 1)/\(files.count)", caption.text)
                case .failure(let failure): print("\(outcome.index + 1)/\(files.count)", failure)
                }
                // As a user's click would do it from elsewhere.
                if outcome.index + 1 == Int(CommandLine.arguments[2]) { withUnsafeCurrentTask { $0?.cancel() } }
            }
        }
        do { try await work.value } catch is CancellationError { print("cancelled") }
    }
}
