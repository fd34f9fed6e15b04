import Captioner
import DemoModel
import Foundation

/// The checkpoint folder that `--model` means: a path, the name of a downloaded model, or the demo model when there is
/// none.
/// - Throws: `CaptionerError.unusableModel` with the way to get the model when it is not there.
func modelFolder(_ model: String?) throws -> URL {
    guard let model else { return try DemoModel.checkpoint() }
    if FileManager.default.fileExists(atPath: model) { return URL(fileURLWithPath: model) }
    if let downloaded = Captioner.downloadedModel(named: model) { return downloaded }
    let parts = model.split(separator: "/")
    if parts.count == 2, !model.hasPrefix("/"), !model.hasPrefix(".") {
        throw CaptionerError.unusableModel(
            folder: model,
            cause: """
                there is no such folder, and no model of this name in the caches of Hugging Face and ModelScope. To \
                download it:
                  pip install huggingface_hub
                  hf download \(model) --exclude '*.bin'
                """)
    }
    return URL(fileURLWithPath: model)
}
