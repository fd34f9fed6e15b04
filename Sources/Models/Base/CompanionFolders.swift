import CaptionerCheckpoints
import CaptionerFiles
import SystemPackage

/// The companions of a checkpoint, found and opened.
struct CompanionFolders {
    /// The checkpoint with the weights that are taken from companions.
    private(set) var checkpoint: Checkpoint
    /// The configurations that were found, by key.
    private(set) var configurations: [String: ConfigurationReader] = [:]
    private(set) var imageFiles: (folder: FilePath, prefix: String)
    /// What a packed checkpoint needs, by the names that it has there.
    private(set) var files: [(name: String, file: FilePath)] = []

    /// - Parameter needed: what the model needs.
    /// - Throws: `CheckpointError` for what is missing or cannot be used.
    init(_ needed: [Companion], of checkpoint: Checkpoint, search: CompanionSearch) throws {
        imageFiles = (checkpoint.folder, "")
        self.checkpoint = checkpoint
        for companion in needed {
            let prefix = "\(companion.key)."
            guard checkpoint.packing == nil else {
                try read(companion, in: checkpoint.folder, prefix: prefix)
                continue
            }
            let hasCopy = checkpoint.weights(reading: false).contains(companion.probe)
            let usesCopy = hasCopy && (companion.isReplacedByCopy || search.prefersCopies)
            guard let folder = search.find(companion, of: checkpoint.folder) else {
                guard hasCopy && search.prefersCopies else {
                    throw Self.missing(companion, of: checkpoint, hasCopy: hasCopy, search: search)
                }
                continue
            }
            try read(companion, in: folder, prefix: "")
            files += Self.fileNames(companion).filter { folder.appending($0).exists }
                .map { (prefix + $0, folder.appending($0)) }
            guard !usesCopy else { continue }
            let weights = try Self.weights(of: companion, in: folder, hasCopy: hasCopy)
            self.checkpoint = self.checkpoint.joined(with: weights, prefix: companion.prefix)
        }
    }

    /// - Throws: `CheckpointError`; of a folder without weights that can be read it says where others may be.
    private static func weights(
        of companion: Companion, in folder: FilePath, hasCopy: Bool
    ) throws(CheckpointError) -> Checkpoint {
        do {
            return try Checkpoint(folder: folder, weightsFileName: companion.layout.weightsFileName)
        } catch .noWeights(let place, let cause) {
            let name =
                FilePath(exactly: companion.path).lastComponent
                .map { " (\(FilePath(root: nil, [$0]).escaped))" } ?? ""
            throw .noWeights(
                folder: place,
                cause:
                    "\(cause). A folder that has the name in config.json\(name) is found in the one that --towers names"
                    + wayOut(hasCopy: hasCopy))
        }
    }

    private static func fileNames(_ companion: Companion) -> [String] {
        [companion.layout.configurationFileName]
            + (companion.describesImages ? ["preprocessor_config.json", "processor_config.json"] : [])
    }

    private mutating func read(_ companion: Companion, in folder: FilePath, prefix: String) throws {
        let name = prefix + companion.layout.configurationFileName
        do {
            configurations[companion.key] = try Checkpoint.json(name, in: folder).map { try ConfigurationReader($0) }
        } catch let error as ModelError {
            throw CheckpointError.undecodable(file: folder.appending(name).escaped, keyPath: "", cause: "\(error)")
        }
        if companion.describesImages { imageFiles = (folder, prefix) }
    }

    private static func missing(
        _ companion: Companion, of checkpoint: Checkpoint, hasCopy: Bool, search: CompanionSearch
    ) -> CheckpointError {
        let named = search.folder.map { "below \($0.escaped) nor " } ?? ""
        let caches =
            search.folder == nil
            ? companion.published.map { ", nor is it as \($0) in the caches of Hugging Face and ModelScope" } ?? "" : ""
        return .noWeights(
            folder: checkpoint.folder.escaped,
            cause:
                "\(companion.key) in config.json is \(companion.path), and that folder is neither \(named)below the working "
                + "directory nor below this folder or those around it\(caches); name the folder that holds it (--towers)"
                + wayOut(hasCopy: hasCopy))
    }

    private static func wayOut(hasCopy: Bool) -> String {
        hasCopy ? "; or use the copy of its weights in this checkpoint (--tower-weights checkpoint)" : ""
    }
}
