import CaptionerFiles
import SystemPackage

extension ModelCache {
    /// Where `modelscope` has the model, below `MODELSCOPE_CACHE` or `~/.cache/modelscope`. The place has changed:
    ///
    /// - since 1.38: `models/ORG--NAME/snapshots/REVISION`, unless an older place is in use;
    /// - since 1.19: `models/ORG/NAME`, below `hub` if `MODELSCOPE_CACHE` is not set, dots of the name written as three
    ///   underscores;
    /// - since 1.10: `hub/ORG/NAME`, dots likewise;
    /// - before: `ORG/NAME`, below `hub` if `MODELSCOPE_CACHE` is not set.
    ///
    /// A revision is known for the newest only.
    func modelScopeFolders(_ model: ModelName) -> [FilePath] {
        let cache = modelScopeCache
        let snapshots = cache.appending("models/\(model.organization)--\(model.name)/snapshots")
        if let revision = model.revision { return [snapshots.appending(revision)] }
        let escaped = model.name.split(separator: ".", omittingEmptySubsequences: false).joined(separator: "___")
        var found: [FilePath] = []
        for root in ["models/", "hub/models/", "hub/", ""] {
            for name in [escaped, model.name] {
                found.append(cache.appending("\(root)\(model.organization)/\(name)"))
            }
        }
        let all = folders(in: snapshots)
        return found + ["master", "main"].map { snapshots.appending($0) } + (all.count == 1 ? all : [])
    }

    var modelScopeCache: FilePath { place("MODELSCOPE_CACHE") ?? home.appending(".cache/modelscope") }
}
