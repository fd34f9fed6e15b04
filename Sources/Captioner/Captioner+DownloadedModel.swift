import Checkpoints
public import Foundation

extension Captioner {
    /// The folder of a model that was downloaded before, by its name, such as `Salesforce/blip2-opt-2.7b`.
    ///
    /// Looks into the caches of Hugging Face and ModelScope where their tools keep them, `HF_HUB_CACHE`, `HF_HOME` and
    /// `MODELSCOPE_CACHE` honoured. Nothing is downloaded.
    /// - Returns: the folder, or nil if neither cache has the model.
    public static func downloadedModel(named name: String) -> URL? { ModelCache().folder(of: name) }
}
