import CaptionerFiles
import SystemPackage

/// Embeddings of images in clip-retrieval's layout: `img_emb/img_emb_N.npy`, and `metadata/metadata_N.jsonl`, which says
/// of which image each row is.
struct EmbeddingFolder: Sendable {
    let path: FilePath
    /// In the order of their numbers.
    private let parts: [(matrix: NumpyMatrix, metadata: FilePath)]
    /// The first row of each part, and the number of all.
    private let starts: [Int]
    /// The length of a row; 0 if there is none.
    let width: Int

    /// - Throws: `FileError.unreadableFile`, `.unreadableFolder`.
    init(_ path: FilePath) throws(FileError) {
        self.path = path
        let folder = path.pushing("img_emb")
        let names: [[UInt8]]
        do {
            names = try FolderEntries.of(folder).map(\.name)
        } catch {
            throw .unreadableFolder(path: folder.escaped, cause: folder.cause(error.rawValue))
        }
        var parts: [(number: Int, matrix: NumpyMatrix, metadata: FilePath)] = []
        for name in names {
            guard name.starts(with: "img_emb_".utf8), name.suffix(4).elementsEqual(".npy".utf8) else { continue }
            let digits = String(decoding: name.dropFirst(8).dropLast(4), as: UTF8.self)
            guard let number = Int(digits) else { continue }
            let metadata = "metadata/metadata_\(digits).jsonl"
            parts.append(
                (number, try NumpyMatrix(folder.pushing(FilePath(bytes: name))), path.pushing(FilePath(metadata))))
        }
        parts.sort { $0.number < $1.number }
        guard !parts.isEmpty else {
            throw .unreadableFolder(path: folder.escaped, cause: "there is no img_emb_N.npy in it")
        }
        // A file without rows may say that they are as long as it likes, and memory is taken by what is said here.
        let filled = parts.map(\.matrix).filter { $0.rows > 0 }
        let width = filled.first?.columns ?? 0
        if let other = filled.first(where: { $0.columns != width }) {
            throw .unreadableFile(
                other.path, cause: "rows of \(other.columns) numbers, expected \(width) as in the first")
        }
        self.parts = parts.map { ($0.matrix, $0.metadata) }
        self.width = width
        starts = parts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.matrix.rows) }
    }

    /// How many rows there are in all parts.
    var count: Int { starts[parts.count] }

    var files: [FilePath] { parts.flatMap { [$0.matrix.path, $0.metadata] } }

    /// Writes a row as float32, normalised to length 1.
    /// - Returns: whether it has a direction.
    func copy(row: Int, to target: UnsafeMutablePointer<Float>) -> Bool {
        let part = starts.lastIndex { $0 <= row && row < count } ?? 0
        return parts[part].matrix.copy(row: row - starts[part], to: target)
    }

    /// What says of which image each row is; empty where the folder lacks it for some rows.
    var metadata: [(path: FilePath, rows: Int)] {
        parts.allSatisfy { $0.metadata.exists } ? parts.map { ($0.metadata, $0.matrix.rows) } : []
    }
}
