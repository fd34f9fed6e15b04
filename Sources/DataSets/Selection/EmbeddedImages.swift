import CaptionerFiles
import CaptionerJSON
import SystemPackage

/// Which rows of a folder of embeddings are those of a data set's row.
///
/// They are in the data set's order, one for each image. Where the folder says of which images they are, images may lack
/// one, such as those that could not be read.
struct EmbeddedImages {
    private let folder: EmbeddingFolder
    private let dataSet: FilePath
    private var metadata: MetadataReader?
    /// Embeddings that belong to rows so far.
    private var usedCount = 0
    /// Images so far.
    private var imageCount = 0
    /// Of each row the embedding of its first image, the others follow it; -1 if there is none, or not all.
    private(set) var starts: [Int32] = []
    private(set) var counts: [Int32] = []
    /// Rows with images of which not all have embeddings.
    private(set) var failedCount = 0
    private(set) var firstFailure: String?

    /// - Throws: `FileError.unreadableFile`.
    init(_ folder: EmbeddingFolder, of dataSet: FilePath) throws {
        self.folder = folder
        self.dataSet = dataSet
        guard folder.count < Int32.max else {
            throw FileError.unreadableFile(folder.path, cause: "it has more than \(Int32.max) rows")
        }
        metadata = folder.metadata.isEmpty ? nil : try MetadataReader(folder.metadata)
    }

    /// - Parameter images: what the next row of the data set calls its images.
    /// - Throws: `FileError.unreadableFile`.
    mutating func add(_ images: [String]) throws {
        let start = usedCount
        imageCount += images.count
        for image in images {
            guard let metadata else {
                usedCount += 1
                continue
            }
            guard let path = metadata.path, Self.isSame(image, path.string) else { continue }
            usedCount += 1
            try metadata.advance()
        }
        let isWhole = usedCount - start == images.count && !images.isEmpty
        if !isWhole, !images.isEmpty { fail("no embedding of \(images[0].pictureName)") }
        starts.append(isWhole ? Int32(clamping: start) : -1)
        counts.append(Int32(clamping: images.count))
    }

    /// Counts a row that is taken for no duplicate.
    mutating func fail(_ message: String) {
        failedCount += 1
        if firstFailure == nil { firstFailure = message }
    }

    /// - Throws: `FileError.unreadableFile` if the embeddings are not those of the data set.
    func finish() throws {
        guard usedCount != folder.count else { return }
        let cause =
            if let path = metadata?.path {
                "row \(usedCount) is an embedding of \(path.string.pictureName), which is not the next image of \(dataSet.escaped)"
            } else {
                "it has \(folder.count) embeddings of images, expected \(imageCount), one for each image of \(dataSet.escaped)"
            }
        throw FileError.unreadableFile(folder.path, cause: cause)
    }

    /// Whether two names are those of one image: the same, or one is the end of the other, as a relative path is of an
    /// absolute one.
    private static func isSame(_ left: String, _ right: String) -> Bool {
        if left.hasSameBytes(as: right) { return true }
        guard AddressScheme.of(left) == nil, AddressScheme.of(right) == nil else { return false }
        let names = [left, right].map {
            Array(FilePath(exactly: $0).lexicallyNormalized().components.drop { $0.kind != .regular })
        }
        let count = min(names[0].count, names[1].count)
        return count > 0 && names[0].suffix(count) == names[1].suffix(count)
    }
}

/// Reads, one by one, what embeddings are of.
private final class MetadataReader {
    private var parts: ArraySlice<(path: FilePath, rows: Int)>
    private var lines: LineReader?
    private var count = 0
    /// What the next embedding is of; nil after the last.
    private(set) var path: ExactString?

    init(_ parts: [(path: FilePath, rows: Int)]) throws {
        self.parts = parts[...]
        try advance()
    }

    func advance() throws {
        path = nil
        while let part = parts.first {
            if lines == nil { (lines, count) = (try LineReader(path: part.path), 0) }
            while let line = try lines?.next() {
                if line.isBlank { continue }
                count += 1
                guard let value = try? JSONParser.parse(line.read(), .row), let path = value["image_path"]?.text else {
                    throw FileError.unreadableFile(
                        part.path, cause: "line \(lines?.lineCount ?? 0): no record with an \"image_path\"")
                }
                self.path = ExactString(path)
                return
            }
            guard count == part.rows else {
                throw FileError.unreadableFile(
                    part.path, cause: "\(count) lines, expected \(part.rows), one for each row of its embeddings")
            }
            parts = parts.dropFirst()
            lines = nil
        }
    }
}
