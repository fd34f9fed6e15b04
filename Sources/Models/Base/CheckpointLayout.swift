import CaptionerCheckpoints
import CaptionerFiles
package import SystemPackage

/// Which files of a folder describe the model and hold its weights.
package enum CheckpointLayout: Sendable {
    /// As transformers saves models. Packed checkpoints have its names, too.
    case huggingFace
    /// As open_clip saves models.
    case openCLIP

    /// The layout of a folder. Where it has both, that of Hugging Face counts if its weights are there.
    package init(of folder: FilePath) {
        let (huggingFace, openCLIP) = (CheckpointLayout.huggingFace, CheckpointLayout.openCLIP)
        let isOther = folder.appending(openCLIP.configurationFileName).exists
        let isUsual =
            folder.appending(huggingFace.configurationFileName).exists
            && Checkpoint.hasWeights(folder, weightsFileName: huggingFace.weightsFileName)
        self = isOther && !isUsual ? .openCLIP : .huggingFace
    }

    package var configurationFileName: String {
        switch self {
        case .huggingFace: "config.json"
        case .openCLIP: "open_clip_config.json"
        }
    }

    /// The weights when they are in one file.
    var weightsFileName: String {
        switch self {
        case .huggingFace: Checkpoint.weightsFileName
        case .openCLIP: "open_clip_model.safetensors"
        }
    }
}
