import CaptionerFiles
import CaptionerJSON
package import SystemPackage

/// A folder in Hugging Face layout: weights as safetensors, in one file or in shards, with JSON files beside them.
///
/// Opening one maps the weights and reads the headers, which takes milliseconds at any size.
package struct Checkpoint: Sendable {
    /// The weights when they are in one file.
    package static let weightsFileName = "model.safetensors"

    /// The folder.
    package let folder: FilePath
    /// What is known of each tensor, by name.
    let table: [ExactString: StoredTensor]
    /// What a packed checkpoint says of itself; nil for one as other programs write them.
    package let packing: Packing?

    /// A tensor and the file that keeps its bytes alive.
    struct StoredTensor: Sendable {
        let description: TensorDescription
        let file: SafetensorsFile
        /// Whether the file holds the matrix with its rows and columns exchanged.
        var isTransposed = false
        /// Whether it comes from another checkpoint that was joined to this one.
        var isJoined = false
    }

    /// Opens `packed.safetensors` or `model.safetensors` in `folder`, or else the shards that `model.safetensors.index.json` names.
    /// - Parameter weightsFileName: what `model.safetensors` is called in other layouts.
    /// - Throws: `CheckpointError.noWeights` when there is neither, `.unreadable` or `.malformed` when a file is not
    ///   what it should be, `.inconsistentShards` when the shards do not fit the index.
    package init(
        folder: FilePath, weightsFileName: String = Checkpoint.weightsFileName
    ) throws(CheckpointError) {
        self.folder = folder
        let single = folder.appending(weightsFileName)
        let index = folder.appending(weightsFileName + ShardIndex.fileExtension)
        let packed = folder.appending(Packing.fileName)
        if packed.exists {
            for other in [single, index] where other.exists {
                throw .noWeights(
                    folder: folder.escaped,
                    cause:
                        "both \(Packing.fileName) and \(other.lastComponent?.string ?? "") are in this folder; take one of them "
                        + "away")
            }
            let file = try SafetensorsFile(packed)
            packing = try Packing(file)
            table = Self.table(of: file)
            return
        }
        packing = nil
        if single.exists {
            table = Self.table(of: try SafetensorsFile(single))
        } else if index.exists {
            table = try Self.table(ofShardsIn: folder, index: index)
        } else {
            throw .noWeights(folder: folder.escaped, cause: Self.whyNoWeights(folder, weightsFileName))
        }
    }

    init(folder: FilePath, table: [ExactString: StoredTensor], packing: Packing?) {
        self.folder = folder
        self.table = table
        self.packing = packing
    }

    /// Whether a folder holds weights under one of their names.
    package static func hasWeights(_ folder: FilePath, weightsFileName: String = Checkpoint.weightsFileName) -> Bool {
        [Packing.fileName, weightsFileName, weightsFileName + ShardIndex.fileExtension].contains {
            folder.appending($0).exists
        }
    }

    /// All tensors, sorted by name.
    package var tensors: [TensorDescription] { table.sorted { $0.key < $1.key }.map(\.value.description) }

    private static func table(of file: SafetensorsFile) -> [ExactString: StoredTensor] {
        var table: [ExactString: StoredTensor] = [:]
        for tensor in file.tensors { table[ExactString(tensor.name)] = StoredTensor(description: tensor, file: file) }
        return table
    }

    private static func table(ofShardsIn folder: FilePath, index path: FilePath) throws(CheckpointError)
        -> [ExactString: StoredTensor]
    {
        let index = try ShardIndex(path)
        var table: [ExactString: StoredTensor] = [:]
        for shard in index.shards {
            let place = folder.pushing(FilePath(exactly: shard))
            guard place.exists else {
                throw .inconsistentShards(
                    file: path.escaped, cause: "it names the shard \"\(shard)\", which does not exist")
            }
            let file = try SafetensorsFile(place)
            for tensor in file.tensors {
                let name = ExactString(tensor.name)
                if let other = table[name] {
                    throw .inconsistentShards(
                        file: place.escaped,
                        cause:
                            "tensor \"\(tensor.name)\" is also in \"\(other.description.file.lastComponent?.string ?? "")\""
                    )
                }
                table[name] = StoredTensor(description: tensor, file: file)
            }
        }
        for (tensor, shard) in index.shardOfTensor {
            let place = folder.pushing(FilePath(exactly: shard))
            guard table[tensor]?.description.file == place else {
                throw .inconsistentShards(
                    file: place.escaped,
                    cause: "it should hold tensor \"\(tensor)\" according to the index, but does not")
            }
        }
        return table
    }

    private static func whyNoWeights(_ folder: FilePath, _ weightsFileName: String) -> String {
        guard let status = FileStatus(folder) else {
            return folder.startsInRemovedFolder ? FilePath.removedFolderCause : "no such folder"
        }
        guard status.kind == .folder else { return "this is a file; a checkpoint is a folder" }
        // Names are shown, and compared with ASCII alone.
        let names = ((try? FolderEntries.of(folder)) ?? []).map { FilePath.escaped($0.name) }
        guard !names.contains(Packing.unfinishedFileName) else {
            return "packing it was interrupted, \(Packing.unfinishedFileName) says; remove the folder and pack again"
        }
        let cause = "neither \(weightsFileName) nor \(weightsFileName + ShardIndex.fileExtension) is in this folder"
        func only(_ suffix: String, _ prefix: String = "") -> String? {
            let found = names.filter { $0.hasSuffix(suffix) && (prefix.isEmpty || $0.hasPrefix(prefix)) }.sorted()
            return found.first.map { "\(cause), only \($0)\(found.count > 1 ? " and the like" : "")" }
        }
        if let adapter = adapter(in: folder, names) { return adapter }
        if let shards = only(".safetensors") {
            return "\(shards); if these are shards, their download is not complete"
        }
        if let pickles = only(".bin", "pytorch_model") ?? only(".bin", "open_clip_pytorch_model") {
            return "\(pickles); to convert them: python weights-tools/convert_bin.py \(folder.escaped) NEW-FOLDER"
        }
        if let projector = only(".bin", "mm_projector") {
            return "\(projector), which MGM's pretraining writes; to make a whole model of it: python "
                + "weights-tools/convert_bin.py \(folder.escaped) NEW-FOLDER --language-model GEMMA-2B-IT"
        }
        if let pickles = only(".pth") ?? only(".pt") {
            return "\(pickles), which LAVIS and others write; what is supported is the layout of Hugging Face, as "
                + "Salesforce/blip2-opt-2.7b has it there"
        }
        return cause
    }

    /// Says that a folder holds what was trained beside a model, if it does, and not the model.
    private static func adapter(in folder: FilePath, _ names: [String]) -> String? {
        guard
            let file = ["adapter_config.json", "adapter_model.safetensors", "adapter_model.bin"].first(
                where: names.contains)
        else { return nil }
        struct Adapter: Decodable {
            let base: String?

            enum CodingKeys: String, CodingKey { case base = "base_model_name_or_path" }
        }
        let adapter = (try? decode(Adapter.self, from: "adapter_config.json", in: folder)) ?? nil
        let base = adapter?.base.map { ", \($0)," } ?? ""
        return
            "it holds an adapter (LoRA), as \(file) shows, and not a model; merge it into its base model\(base) with "
            + "merge_and_unload() of peft, save that with save_pretrained(), and take the folder that this makes"
    }
}
