import Captioner
import CaptionerDataSets
import Crypto
import Foundation

/// What tells whether two images get the same captions: their files' bytes and their prompt.
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

/// The answer to a request, for all images that are the same.
final class SharedAnswer {
    /// Nil while the model has not answered.
    var answer: ImageAnswer?
}

/// Captions that may be asked for again, by image. When there are many all are forgotten, so that memory stays flat.
///
/// They lie packed behind each other: some hundred bytes an image.
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

    subscript(key: ImageKey) -> [ImageCaption]? { places[key].flatMap(captions) }

    mutating func insert(_ captions: [ImageCaption], for key: ImageKey) {
        let bytes = Self.packed(captions)
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

    /// How many captions there are, and for each its log-probability and its text and note with their lengths; a note
    /// that is not there has the length 0.
    private static func packed(_ captions: [ImageCaption]) -> [UInt8] {
        var bytes: [UInt8] = []
        func append(_ number: UInt32) { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }
        append(UInt32(captions.count))
        for caption in captions {
            append(caption.logProbability.bitPattern)
            for text in [caption.text, caption.note ?? ""] {
                append(UInt32(text.utf8.count))
                bytes += text.utf8
            }
        }
        return bytes
    }

    private func captions(at place: UInt32) -> [ImageCaption] {
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
        return (0..<number()).map { _ in
            let logProbability = Float(bitPattern: number())
            let (caption, note) = (text(), text())
            return ImageCaption(text: caption, logProbability: logProbability, note: note.isEmpty ? nil : note)
        }
    }
}
