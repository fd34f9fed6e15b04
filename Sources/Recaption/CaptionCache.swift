import Captioner
import CaptionerDataSets
import Crypto
import Foundation

/// What decides whether two images get the same captions: their files' bytes and their prompt.
struct ImageKey: Hashable, Sendable {
    private let words: SIMD2<UInt64>

    fileprivate init(_ number: Int) { words = SIMD2(UInt64(number), 0) }

    init(_ file: Data, prompt: String?) {
        var hash = SHA256()
        hash.update(data: file)
        if let prompt {
            // The length keeps a file's last bytes from being taken for a prompt's first.
            withUnsafeBytes(of: UInt64(file.count)) { hash.update(bufferPointer: $0) }
            hash.update(data: Data(prompt.utf8))
        }
        var words = SIMD2<UInt64>()
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: Array(hash.finalize().prefix(16))) }
        self.words = words
    }
}

/// What is remembered of an image.
struct CachedImage: Equatable {
    /// Nil for one that was not captioned.
    var captions: [ImageCaption]?
    /// Where texts are scored.
    var embedding: [Float]?
    var note: String?
}

/// Captions and embeddings that may be asked for again, by image. When there are many all are forgotten, so that memory stays flat.
///
/// They lie packed one after the other: some hundred bytes an image, and the embedding where texts are scored.
struct CaptionCache {
    /// How many images are remembered.
    static let capacity = 90_000
    private static let blockSize = 1 << 16
    /// How many blocks of captions are kept: 32 MB.
    private static let blockLimit = 512

    private var places: [ImageKey: UInt32] = [:]
    private var blocks: [[UInt8]] = []

    /// - Parameter count: how many images may come.
    init(expecting count: Int) {
        // All the memory of the table is taken at once, so that a run shows from the start what it needs.
        for number in 0..<min(count, Self.capacity) { places[ImageKey(number)] = 0 }
        places.removeAll(keepingCapacity: true)
    }

    subscript(key: ImageKey) -> CachedImage? { places[key].map(image) }

    func contains(_ key: ImageKey) -> Bool { places[key] != nil }

    mutating func insert(_ image: CachedImage, for key: ImageKey) {
        let bytes = Self.packed(image)
        guard bytes.count <= Self.blockSize else { return }
        let needsBlock = blocks.isEmpty || blocks[blocks.count - 1].count + bytes.count > Self.blockSize
        if places.count == Self.capacity || (needsBlock && blocks.count == Self.blockLimit) {
            places.removeAll(keepingCapacity: true)
            blocks = []
        }
        if needsBlock || blocks.isEmpty {
            blocks.append([])
            blocks[blocks.count - 1].reserveCapacity(Self.blockSize)
        }
        let last = blocks.count - 1
        places[key] = UInt32(last * Self.blockSize + blocks[last].count)
        blocks[last] += bytes
    }

    /// The embedding and the note, each with its length, how many captions there are, and for each its log-probability and
    /// its text and note with their lengths. What is not there has the length 0.
    private static func packed(_ image: CachedImage) -> [UInt8] {
        var bytes: [UInt8] = []
        func append(_ number: UInt32) { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }
        func append(_ text: String) {
            append(UInt32(text.utf8.count))
            bytes += text.utf8
        }
        let embedding = image.embedding ?? []
        append(UInt32(embedding.count))
        for number in embedding { append(number.bitPattern) }
        append(image.note ?? "")
        append(UInt32(image.captions?.count ?? 0))
        for caption in image.captions ?? [] {
            append(caption.logProbability.bitPattern)
            append(caption.text)
            append(caption.note ?? "")
        }
        return bytes
    }

    private func image(at place: UInt32) -> CachedImage {
        let (block, offset) = Int(place).quotientAndRemainder(dividingBy: Self.blockSize)
        var rest = blocks[block][offset...]
        func number() -> UInt32 {
            defer { rest = rest.dropFirst(4) }
            return rest.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
        func text() -> String {
            let count = Int(number())
            defer { rest = rest.dropFirst(count) }
            return String(decoding: rest.prefix(count), as: UTF8.self)
        }
        func note() -> String? {
            let note = text()
            return note.isEmpty ? nil : note
        }
        let embedding = (0..<number()).map { _ in Float(bitPattern: number()) }
        let imageNote = note()
        let captions = (0..<number()).map { _ in
            let logProbability = Float(bitPattern: number())
            return ImageCaption(text: text(), logProbability: logProbability, note: note())
        }
        return CachedImage(
            captions: captions.isEmpty ? nil : captions, embedding: embedding.isEmpty ? nil : embedding,
            note: imageNote)
    }
}
