import CaptionerFiles
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The folders in which the download tools of Hugging Face and ModelScope keep models by name. Nothing is downloaded.
///
/// Where each tool keeps what is in `ModelCache+HuggingFace.swift` and `ModelCache+ModelScope.swift`.
package struct ModelCache: Sendable {
    /// The bytes of an environment variable, nil if it is not set.
    private let variable: @Sendable (String) -> [UInt8]?

    /// By the variables of this process.
    package init() {
        variable = { name in getenv(name).map { FilePath(platformString: $0).bytes } }
    }

    /// - Parameter environment: the variables that say where caches are, `HOME` among them.
    package init(environment: [String: String]) {
        variable = { name in environment[name].map { Array($0.utf8) } }
    }

    /// The folder of a model, or nil if no cache has it.
    ///
    /// If several do, those with safetensors files go first, then those with weights of another kind: a cache that a
    /// tool has only been asked for a tokenizer in does not hide a whole model in another.
    package func folder(of model: ModelName) -> FilePath? {
        let found = (huggingFaceFolders(model) + modelScopeFolders(model)).filter(\.isFolder)
        return found.first { Self.holds(["safetensors"], $0) } ?? found.first { Self.holdsWeights($0) } ?? found.first
    }

    /// The folder of a model by its name with or without revision, as ``ModelName`` has it.
    package func folder(of name: String) -> FilePath? { ModelName(name).flatMap { folder(of: $0) } }

    /// Whether a folder has files of weights, be they complete or not. A download that was interrupted early has none.
    package static func holdsWeights(_ folder: FilePath) -> Bool { holds(["safetensors", "bin", "pth"], folder) }

    /// The bytes of an environment variable, nil if it is not set.
    func value(of name: String) -> [UInt8]? { variable(name) }

    /// The value of the first of these variables that is set to something, as a place.
    ///
    /// `~` and variables in it are replaced, as the tools do.
    func place(_ names: String...) -> FilePath? {
        names.lazy.compactMap(variable).first { !$0.isEmpty }.map { FilePath(bytes: expanded($0)) }
    }

    /// The user's home folder.
    var home: FilePath { FilePath(bytes: variable("HOME") ?? Array("/".utf8)) }

    /// The folders in a folder, sorted by name.
    func folders(in folder: FilePath) -> [FilePath] {
        ((try? FolderEntries.of(folder)) ?? [])
            .filter { $0.isFolder == true && $0.name.first != UInt8(ascii: ".") }
            .map { folder.pushing(FilePath(bytes: $0.name)) }
    }

    /// Whether there is a file with one of these suffixes. A symbolic link counts if it leads to something.
    private static func holds(_ suffixes: [String], _ folder: FilePath) -> Bool {
        ((try? FolderEntries.of(folder)) ?? []).contains { entry in
            let file = folder.pushing(FilePath(bytes: entry.name))
            return file.extension.map(suffixes.contains) == true && file.exists
        }
    }

    /// As Python's `os.path.expanduser` and `expandvars`: variables that are not set stay as they are.
    private func expanded(_ path: [UInt8]) -> [UInt8] {
        var rest = path[...]
        if rest.first == UInt8(ascii: "~"), rest.count == 1 || rest.dropFirst().first == UInt8(ascii: "/") {
            rest = (home.bytes + rest.dropFirst())[...]
        }
        var result: [UInt8] = []
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "$") else {
                result.append(byte)
                continue
            }
            let reference: ArraySlice<UInt8>
            let name: ArraySlice<UInt8>
            if rest.first == UInt8(ascii: "{"), let end = rest.firstIndex(of: UInt8(ascii: "}")) {
                reference = rest[...end]
                name = reference.dropFirst().dropLast()
            } else {
                reference = rest.prefix { UnicodeScalar($0).isWordCharacter }
                name = reference
            }
            rest = rest.dropFirst(reference.count)
            result += variable(String(decoding: name, as: UTF8.self)) ?? [byte] + reference
        }
        return result
    }
}

extension UnicodeScalar {
    fileprivate var isWordCharacter: Bool {
        ("a"..."z").contains(self) || ("A"..."Z").contains(self) || ("0"..."9").contains(self) || self == "_"
    }
}
