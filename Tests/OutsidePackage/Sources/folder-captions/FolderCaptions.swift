import Captioner
import CaptionerDemoModel
import Foundation

/// Captions a folder, prints its progress, and cancels itself after COUNT images: `folder-captions FOLDER COUNT`.
@main
struct FolderCaptions {
    static func main() async throws {
        let folder = URL(fileURLWithPath: CommandLine.arguments[1])
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { ["jpg", "png"].contains($0.pathExtension) }.sorted { $0.path < $1.path }
        let work = Task {
            // Outcomes of a batch come together. Batches of one image print each caption as soon as it is computed.
            let options = Captioner.Options(batchSize: 1)
            let captioner = try await Captioner(modelFolder: DemoModel.checkpoint(), options: options) { share in
                if share == 1 { print("model loaded") }
            }
            for try await outcome in captioner.captions(for: files) {
                switch outcome.result {
                case .success(let caption): print("\(outcome.index + 1)/\(files.count)", caption.text)
                case .failure(let failure): print("\(outcome.index + 1)/\(files.count)", failure)
                }
                // An app would call `work.cancel()` from a button instead.
                if outcome.index + 1 == Int(CommandLine.arguments[2]) { withUnsafeCurrentTask { $0?.cancel() } }
            }
        }
        do { try await work.value } catch is CancellationError { print("cancelled") }
    }
}
