import CaptionerFiles
import SystemPackage

extension ModelCache {
    /// Where `huggingface_hub` has the model: `models--ORG--NAME/snapshots/COMMIT`, with symbolic links to files in
    /// `blobs`; `refs/BRANCH` names the commit.
    ///
    /// Without a revision it is the one that `refs/main` names. A download of a certain commit leaves no `refs/main`;
    /// if there is only one snapshot, it is meant.
    func huggingFaceFolders(_ model: ModelName) -> [FilePath] {
        huggingFaceCaches.compactMap { cache in
            let repository = cache.appending("models--\(model.organization)--\(model.name)")
            let snapshots = repository.appending("snapshots")
            let reference = repository.appending("refs/\(model.revision ?? "main")")
            if let text = (try? FileBytes.of(reference)).flatMap({ String(validating: $0, as: UTF8.self) }) {
                let commit = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                return ModelName.revision(commit).map { snapshots.appending($0) }
            }
            if let revision = model.revision { return snapshots.appending(revision) }
            let all = folders(in: snapshots)
            return all.count == 1 ? all[0] : nil
        }
    }

    /// The one cache of `huggingface_hub`, and after it the one that transformers 4 could be given.
    var huggingFaceCaches: [FilePath] {
        let userCache = place("XDG_CACHE_HOME") ?? home.appending(".cache")
        let tools = place("HF_HOME") ?? userCache.appending("huggingface")
        let hub = place("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") ?? tools.appending("hub")
        let older = place("TRANSFORMERS_CACHE", "PYTORCH_TRANSFORMERS_CACHE", "PYTORCH_PRETRAINED_BERT_CACHE")
        return [hub] + (older.map { [$0] } ?? [])
    }
}
