package import Foundation

/// The folders in which download tools keep models by name.
///
/// - Hugging Face: `models--ORG--NAME/snapshots/REVISION` below the cache that `HF_HUB_CACHE`, `HUGGINGFACE_HUB_CACHE`,
///   `HF_HOME` or `XDG_CACHE_HOME` name; `refs/main` says which revision, as in `huggingface_hub`.
/// - ModelScope: `models/ORG/NAME`, or `ORG/NAME` in older versions, below `hub` in the cache that `MODELSCOPE_CACHE`
///   names; a dot in a name is written as three underscores.
package struct ModelCache: Sendable {
    private let environment: [String: String]

    /// - Parameter environment: the variables that say where caches are, `HOME` among them.
    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.environment = environment
    }

    /// The folder of a model such as `Salesforce/blip2-opt-2.7b`, or nil if no cache has it.
    package func folder(of name: String) -> URL? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") }) else { return nil }
        return huggingFaceFolder(parts[0], parts[1]) ?? modelScopeFolder(parts[0], parts[1])
    }

    private func huggingFaceFolder(_ organization: String, _ name: String) -> URL? {
        let repository = huggingFaceCache.appendingPathComponent("models--\(organization)--\(name)")
        let reference = repository.appendingPathComponent("refs/main")
        guard let text = try? String(contentsOf: reference, encoding: .utf8) else { return nil }
        let revision = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !revision.isEmpty, !revision.contains("/"), !revision.hasPrefix(".") else { return nil }
        return existing(repository.appendingPathComponent("snapshots/\(revision)"))
    }

    private var huggingFaceCache: URL {
        if let path = value("HF_HUB_CACHE") ?? value("HUGGINGFACE_HUB_CACHE") { return url(path) }
        if let home = value("HF_HOME") { return url(home).appendingPathComponent("hub") }
        return userCache.appendingPathComponent("huggingface/hub")
    }

    private func modelScopeFolder(_ organization: String, _ name: String) -> URL? {
        let cache = value("MODELSCOPE_CACHE").map(url) ?? userCache.appendingPathComponent("modelscope")
        let escaped = name.replacingOccurrences(of: ".", with: "___")
        for root in ["hub/models", "models", "hub"] {
            for spelled in [escaped, name] {
                let folder = cache.appendingPathComponent("\(root)/\(organization)/\(spelled)")
                if let found = existing(folder) { return found }
            }
        }
        return nil
    }

    private var userCache: URL {
        value("XDG_CACHE_HOME").map(url) ?? url(value("HOME") ?? "/").appendingPathComponent(".cache")
    }

    /// A variable that is set to something.
    private func value(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private func url(_ path: String) -> URL {
        let home = value("HOME") ?? "/"
        return URL(fileURLWithPath: path == "~" || path.hasPrefix("~/") ? home + path.dropFirst() : path)
    }

    private func existing(_ folder: URL) -> URL? {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder)
        return exists && isFolder.boolValue ? folder : nil
    }
}
