import CaptionerFiles
package import SystemPackage

extension ModelCache {
    /// A folder in which models are looked for.
    package struct Place: Sendable, Equatable {
        /// Whose tools keep models there.
        package let owner: String
        package let folder: FilePath
    }

    /// The variables of the environment that say where caches are.
    package static let environmentVariables = [
        "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME", "TRANSFORMERS_CACHE",
        "PYTORCH_TRANSFORMERS_CACHE", "PYTORCH_PRETRAINED_BERT_CACHE", "MODELSCOPE_CACHE",
    ]

    /// Those of the variables that are set to something, with what they say. Bytes that are not UTF-8 are escaped.
    package var settings: [(name: String, value: String)] {
        Self.environmentVariables.compactMap { name in
            value(of: name).flatMap { $0.isEmpty ? nil : (name, FilePath.escaped($0)) }
        }
    }

    /// Where models are looked for, in this order.
    package var places: [Place] {
        huggingFaceCaches.map { Place(owner: "Hugging Face", folder: $0) }
            + [Place(owner: "ModelScope", folder: modelScopeCache)]
    }

    /// The names of the models that the caches have, sorted, complete or not. A name leads to a folder by ``folder(of:)-(String)``.
    package func modelNames() -> [String] {
        let all = huggingFaceCaches.flatMap { names(joinedIn: $0, prefix: "models--") } + modelScopeNames
        return Set(all).filter { folder(of: $0) != nil }.sorted()
    }

    private var modelScopeNames: [String] {
        let cache = modelScopeCache
        return names(joinedIn: cache.appending("models"), prefix: "")
            + ["models", "hub/models", "hub", ""].flatMap { root -> [String] in
                let folder = root.isEmpty ? cache : cache.appending(root)
                return folders(in: folder).flatMap { organization in
                    folders(in: organization).filter { Self.holdsModel($0) }.compactMap { model in
                        guard let organization = organization.lastComponent?.string,
                            let name = model.lastComponent?.string
                        else { return nil }
                        return "\(organization)/\(name.replacing("___", with: "."))"
                    }
                }
            }
    }

    /// The names of models whose folders are called `ORGANIZATION--NAME`.
    private func names(joinedIn cache: FilePath, prefix: String) -> [String] {
        folders(in: cache).compactMap { folder in
            guard let name = folder.lastComponent?.string, name.hasPrefix(prefix) else { return nil }
            let parts = name.dropFirst(prefix.count).split(separator: "--", maxSplits: 1)
            return parts.count == 2 ? "\(parts[0])/\(parts[1])" : nil
        }
    }

    /// Whether a folder is that of a model, rather than one of many.
    private static func holdsModel(_ folder: FilePath) -> Bool {
        holdsWeights(folder) || ["config.json", "open_clip_config.json"].contains { folder.appending($0).exists }
    }
}
