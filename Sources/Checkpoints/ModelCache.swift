package import Foundation

/// The folders in which the download tools of Hugging Face and ModelScope keep models by name. Nothing is downloaded.
///
/// Where each tool keeps what is in `ModelCache+HuggingFace.swift` and `ModelCache+ModelScope.swift`.
package struct ModelCache: Sendable {
    private let environment: [String: String]

    /// - Parameter environment: the variables that say where caches are, `HOME` among them.
    package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.environment = environment
    }

    /// The folder of a model, or nil if no cache has it.
    ///
    /// If several do, those with safetensors files go first, then those with weights of another kind: a cache that a
    /// tool has only been asked for a tokenizer in does not hide a whole model in another.
    package func folder(of model: ModelName) -> URL? {
        let found = (huggingFaceFolders(model) + modelScopeFolders(model)).filter(isFolder)
        return found.first { holds(["safetensors"], $0) } ?? found.first { Self.holdsWeights($0) } ?? found.first
    }

    /// The folder of a model by its name with or without revision, as ``ModelName`` has it.
    package func folder(of name: String) -> URL? { ModelName(name).flatMap { folder(of: $0) } }

    /// Whether a folder has files of weights, be they complete or not. A download that was interrupted early has none.
    package static func holdsWeights(_ folder: URL) -> Bool {
        ModelCache(environment: [:]).holds(["safetensors", "bin", "pth"], folder)
    }

    /// The value of the first of these variables that is set to something, as a place.
    ///
    /// `~` and variables in it are replaced, as the tools do.
    func place(_ names: String...) -> URL? {
        for name in names {
            guard let value = environment[name], !value.isEmpty else { continue }
            return URL(fileURLWithPath: expanded(value))
        }
        return nil
    }

    /// The user's home folder.
    var home: URL { URL(fileURLWithPath: environment["HOME"] ?? "/") }

    /// The folders in a folder, sorted by name.
    func folders(in folder: URL) -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted().map { folder.appendingPathComponent($0) }.filter(isFolder)
    }

    private func isFolder(_ folder: URL) -> Bool {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder)
        return exists && isFolder.boolValue
    }

    /// Whether there is a file with one of these suffixes. A symbolic link counts if it leads to something.
    private func holds(_ suffixes: [String], _ folder: URL) -> Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.contains { name in
            let file = folder.appendingPathComponent(name)
            return suffixes.contains(file.pathExtension) && FileManager.default.fileExists(atPath: file.path)
        }
    }

    /// As Python's `os.path.expanduser` and `expandvars`: variables that are not set stay as they are.
    private func expanded(_ path: String) -> String {
        let path = path == "~" || path.hasPrefix("~/") ? home.path + path.dropFirst() : path
        return path.replacing(/\$(?:(\w+)|\{([^}]*)\})/.asciiOnlyWordCharacters()) { match in
            environment[String(match.output.1 ?? match.output.2 ?? "")] ?? String(match.output.0)
        }
    }
}
