import Captioner
import DemoModel
import Foundation

/// The checkpoint folder that `--model` means: a path, or the demo model when there is none.
/// - Throws: `CaptionerError.unusableModel` with the way to get the model when it is not there.
func modelFolder(_ model: String?) throws -> URL {
    guard let model else { return try DemoModel.checkpoint() }
    let parts = model.split(separator: "/")
    if !FileManager.default.fileExists(atPath: model), parts.count == 2, !model.hasPrefix("/"), !model.hasPrefix(".") {
        throw CaptionerError.unusableModel(
            folder: model,
            cause: """
                there is no such folder. If this is the name of a model, download it first:
                  pip install huggingface_hub
                  hf download \(model) --local-dir \(parts[1]) --exclude '*.bin'
                and then use --model \(parts[1])
                """)
    }
    return URL(fileURLWithPath: model)
}
