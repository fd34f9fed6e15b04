import Foundation

extension ModelCache {
    /// Where `huggingface_hub` has the model: `models--ORG--NAME/snapshots/COMMIT`, with symbolic links to files in
    /// `blobs`; `refs/BRANCH` names the commit.
    ///
    /// Without a revision it is the one that `refs/main` names. A download of a certain commit leaves no `refs/main`;
    /// if there is only one snapshot, it is meant.
    func huggingFaceFolders(_ model: ModelName) -> [URL] {
        huggingFaceCaches.compactMap { cache in
            let repository = cache.appendingPathComponent("models--\(model.organization)--\(model.name)")
            let snapshots = repository.appendingPathComponent("snapshots")
            let reference = repository.appendingPathComponent("refs/\(model.revision ?? "main")")
            if let text = try? String(contentsOf: reference, encoding: .utf8) {
                let commit = ModelName.revision(text.trimmingCharacters(in: .whitespacesAndNewlines))
                return commit.map { snapshots.appendingPathComponent($0) }
            }
            if let revision = model.revision { return snapshots.appendingPathComponent(revision) }
            let all = folders(in: snapshots)
            return all.count == 1 ? all[0] : nil
        }
    }

    /// The one cache of `huggingface_hub`, and after it the one that transformers 4 could be given.
    private var huggingFaceCaches: [URL] {
        let userCache = place("XDG_CACHE_HOME") ?? home.appendingPathComponent(".cache")
        let tools = place("HF_HOME") ?? userCache.appendingPathComponent("huggingface")
        let hub = place("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") ?? tools.appendingPathComponent("hub")
        let older = place("TRANSFORMERS_CACHE", "PYTORCH_TRANSFORMERS_CACHE", "PYTORCH_PRETRAINED_BERT_CACHE")
        return [hub] + (older.map { [$0] } ?? [])
    }
}
