package import CaptionerDataSets
import CaptionerFiles
import CaptionerJSON
package import SystemPackage

/// An image of a run and the text that its row has, both embedded.
struct EmbeddedPair {
    /// The place of its item in the whole input, from 0.
    let index: Int
    let id: JSONValue?
    let imagePath: String
    let caption: String
    /// P numbers of length 1, together.
    let image: [Float]
    let text: [Float]
}

/// Embeddings in the layout of clip-retrieval: `img_emb/img_emb_N.npy` and `text_emb/text_emb_N.npy`, float16 `[rows, P]`,
/// of length 1, and `metadata/metadata_N.jsonl`; row r of all three is the same image and text. N is the number of the
/// shard, from 0.
///
/// They grow with a run, pairs before the rows of the same items. Where a run resumes, what is there of later items is
/// cut off. While it is unfinished the arrays say that they have no rows.
package final class EmbeddingsFolder {
    private let images: FloatArrayLog
    private let texts: FloatArrayLog
    private let metadata: OutputLog
    private var rowCount = 0

    /// - Parameters:
    ///   - folder: made where it is missing.
    ///   - shard: which part of the input.
    ///   - width: P.
    /// - Throws: `FileError.unwritableOutput`; `RecaptionError.lostEmbeddings` where the arrays of some rows are gone.
    init(_ folder: FilePath, shard: Shard, width: Int) throws {
        let paths = Self.paths(folder, shard)
        if let status = FileStatus(paths.metadata), status.size > 0,
            let missing = [paths.images, paths.texts].first(where: { !$0.exists })
        {
            throw RecaptionError.lostEmbeddings(path: missing.escaped)
        }
        for path in paths.all { try OutputFile.makeFolder(of: path) }
        images = try FloatArrayLog(paths.images, width: width)
        texts = try FloatArrayLog(paths.texts, width: width)
        metadata = try OutputLog(path: paths.metadata)
    }

    struct Paths {
        let images: FilePath
        let texts: FilePath
        let metadata: FilePath

        var all: [FilePath] { [images, texts, metadata] }
    }

    /// All files of a shard.
    package static func files(_ folder: FilePath, _ shard: Shard) -> [FilePath] { paths(folder, shard).all }

    /// The files of a shard: numbers have the same length for all.
    static func paths(_ folder: FilePath, _ shard: Shard) -> Paths {
        let digits = String(shard.number - 1)
        let number = String(repeating: "0", count: max(0, String(shard.count).count - digits.count)) + digits
        func path(_ name: String, _ ending: String) -> FilePath {
            folder.appending(name).appending("\(name)_\(number).\(ending)")
        }
        return Paths(
            images: path("img_emb", "npy"), texts: path("text_emb", "npy"), metadata: path("metadata", "jsonl"))
    }

    /// Resumes after the items that have their rows.
    /// - Parameter end: the first item that has none.
    /// - Throws: `RecaptionError.lostEmbeddings` when those of items before are not all there; `FileError`.
    func resume(before end: Int) throws {
        let reader = try RowReader(path: metadata.path, hasQuotedLineBreaks: false)
        var prefix = FilePrefix()
        rowCount = 0
        while let line = try reader.next(), let index = (try? JSONParser.parse(line, .row))?["index"]?.integer,
            index < end
        {
            rowCount += 1
            prefix = reader.prefix
        }
        guard images.hasRows(rowCount), texts.hasRows(rowCount) else {
            throw RecaptionError.lostEmbeddings(path: images.path.escaped)
        }
        try metadata.truncate(to: prefix)
        try images.truncate(rowCount)
        try texts.truncate(rowCount)
    }

    func append(_ pairs: [EmbeddedPair]) throws {
        guard !pairs.isEmpty else { return }
        try images.append(pairs.map(\.image))
        try texts.append(pairs.map(\.text))
        try metadata.append(
            pairs.map { pair in
                var members = [JSONMember("index", .integer(pair.index))]
                if let id = pair.id { members.append(JSONMember("id", id)) }
                members += [
                    JSONMember("image_path", .string(pair.imagePath)), JSONMember("caption", .string(pair.caption)),
                ]
                return JSONValue.object(members).json() + "\n"
            }.joined())
        rowCount += pairs.count
    }

    /// Waits until the disk has everything.
    func synchronize() throws {
        for log in [images.log, texts.log, metadata] { try log.synchronize() }
    }

    /// Says in the arrays how many rows they have.
    func finish() throws {
        try images.finish(rowCount)
        try texts.finish(rowCount)
        try synchronize()
    }
}
