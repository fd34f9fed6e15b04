import CaptionerCheckpoints
package import CaptionerFiles
public import Foundation
package import SystemPackage

extension Captioner {
    /// The folder of a model that was downloaded before, by its name, such as `Salesforce/blip2-opt-2.7b`.
    ///
    /// It is looked up in the caches of Hugging Face and ModelScope. Their environment variables count: `HF_HUB_CACHE`,
    /// `HF_HOME`, `MODELSCOPE_CACHE` and others. Nothing is downloaded.
    /// - Parameter name: ORGANISATION/NAME, and `@REVISION` after it for another revision than the cache's current one.
    /// - Returns: the folder, whose download may be incomplete; nil if neither cache has the model.
    public static func downloadedModel(named name: String) -> URL? { ModelCache().folder(of: name)?.url }

    /// The folder that a user means by a path or by the name of a downloaded model.
    /// - Throws: `CaptionerError.unusableModel` with the ways to download the model when it is not there, or not yet
    ///   all there.
    package static func modelFolder(_ model: GivenPath) throws -> FilePath {
        guard !model.path.exists else { return model.path }
        guard let name = model.given.flatMap(ModelName.init) else {
            let cause = model.path.startsInRemovedFolder ? FilePath.removedFolderCause : "there is no such folder"
            throw CaptionerError.unusableModel(
                folder: model.text, cause: "\(cause); a downloaded model is named ORGANISATION/NAME")
        }
        return try cachedModelFolder(name)
    }

    /// The folder of a downloaded model, whole.
    /// - Throws: `CaptionerError.unusableModel`, as for a path.
    package static func cachedModelFolder(_ name: String) throws -> FilePath {
        guard let name = ModelName(name) else {
            throw CaptionerError.unusableModel(
                folder: name, cause: "a downloaded model is named ORGANISATION/NAME")
        }
        return try cachedModelFolder(name)
    }

    private static func cachedModelFolder(_ name: ModelName) throws -> FilePath {
        guard let folder = ModelCache().folder(of: name) else {
            let cause =
                "there is no such folder, and no model of this name in the caches of Hugging Face and ModelScope"
            throw CaptionerError.unusableModel(folder: name.text, cause: "\(cause). \(downloadCommands(name))")
        }
        guard ModelCache.holdsWeights(folder) else {
            let cause = "\(folder.escaped) holds no weights: the model was not downloaded to its end"
            throw CaptionerError.unusableModel(folder: name.text, cause: "\(cause). \(downloadCommands(name))")
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
