import CaptionerFiles
import CaptionerJSON
import SystemPackage

/// `model.safetensors.index.json`: which of several files holds which tensor.
struct ShardIndex {
    static let fileName = Checkpoint.weightsFileName + fileExtension
    /// What follows the name that the weights would have in one file.
    static let fileExtension = ".index.json"

    /// The name of the shard, relative to the folder of the index, by the name of the tensor.
    let shardOfTensor: [(tensor: ExactString, shard: String)]
    /// The names of all shards, sorted.
    let shards: [String]

    /// Reads the index at `path`.
    /// - Throws: `CheckpointError.unreadable`, or `.malformed` also when a shard would lie outside of the folder.
    init(_ path: FilePath) throws(CheckpointError) {
        let file = try MappedFile(path)
        let document: JSONValue
        do {
            document = try JSONDocument.value(file)
        } catch {
            throw .malformed(file: path.escaped, cause: error.cause)
        }
        guard let entries = document["weight_map"]?.members else {
            throw .malformed(file: path.escaped, cause: "it has no object \"weight_map\"")
        }

        var shardOfTensor: [(tensor: ExactString, shard: String)] = []
        var seen: Set<ExactString> = []
        // Of a repeated name the last counts, as in Python.
        for entry in entries.reversed().filter({ seen.insert($0.key).inserted }).reversed() {
            guard case .string(let shard) = entry.value else {
                throw .malformed(
                    file: path.escaped,
                    cause: "the shard of tensor \"\(entry.key)\" is \(entry.value.kind), not a string")
            }
            guard Self.staysInside(shard) else {
                throw .malformed(
                    file: path.escaped,
                    cause: "tensor \"\(entry.key)\" would come from \"\(shard)\", which is not a file below this folder"
                )
            }
            shardOfTensor.append((entry.key, shard))
        }
        guard !shardOfTensor.isEmpty else { throw .malformed(file: path.escaped, cause: "its \"weight_map\" is empty") }
        self.shardOfTensor = shardOfTensor
        shards = Set(shardOfTensor.map { ExactString($0.shard) }).sorted().map(\.string)
    }

    /// Whether a path is relative and never climbs, whatever the system.
    private static func staysInside(_ path: String) -> Bool {
        // Byte by byte: a slash that an accent follows is another character, but a slash to the system.
        let components = path.utf8.split(omittingEmptySubsequences: false) {
            $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\")
        }
        return components.allSatisfy {
            !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) && !$0.contains(0)
                && !$0.contains(UInt8(ascii: ":"))
        }
    }
}
