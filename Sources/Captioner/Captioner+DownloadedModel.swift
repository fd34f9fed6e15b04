import Checkpoints
public import Foundation

extension Captioner {
    /// The folder of a model that was downloaded before, by its name, such as `Salesforce/blip2-opt-2.7b`, with
    /// `@REVISION` after it for another revision than the cache's current one.
    ///
    /// Looks into the caches of Hugging Face and ModelScope where their tools keep them, `HF_HUB_CACHE`, `HF_HOME`,
    /// `MODELSCOPE_CACHE` and the like honoured. Nothing is downloaded.
    /// - Returns: the folder, complete or not, or nil if neither cache has the model.
    public static func downloadedModel(named name: String) -> URL? { ModelCache().folder(of: name) }

    /// The folder that a user means by a path or by the name of a downloaded model.
    /// - Throws: `CaptionerError.unusableModel` with the ways to download the model when it is not there, or not yet
    ///   all there.
    package static func modelFolder(_ model: String) throws -> URL {
        let path = URL(fileURLWithPath: model)
        guard !FileManager.default.fileExists(atPath: path.path) else { return path }
        guard let name = ModelName(model) else {
            throw CaptionerError.unusableModel(
                folder: model, cause: "there is no such folder; a downloaded model is named ORGANISATION/NAME")
        }
        guard let folder = ModelCache().folder(of: name) else {
            let cause =
                "there is no such folder, and no model of this name in the caches of Hugging Face and ModelScope"
            throw CaptionerError.unusableModel(folder: model, cause: "\(cause). \(downloadCommands(name))")
        }
        guard ModelCache.holdsWeights(folder) else {
            let cause = "\(folder.path) holds no weights: the model was not downloaded to its end"
            throw CaptionerError.unusableModel(folder: model, cause: "\(cause). \(downloadCommands(name))")
        }
        return folder
    }

    private static func downloadCommands(_ name: ModelName) -> String {
        let revision = name.revision.map { " --revision \($0)" } ?? ""
        return """
            To download it, with either tool:
              pip install huggingface_hub && hf download \(name.repository)\(revision) --exclude '*.bin'
              pip install modelscope && modelscope download --model \(name.repository)\(revision)
            """
    }
}
