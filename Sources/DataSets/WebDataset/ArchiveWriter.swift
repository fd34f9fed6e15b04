import CaptionerFiles

/// Writes the samples of an archive with new texts, everything else byte for byte and in its place.
final class ArchiveWriter {
    private let append: ([UInt8]) throws -> Void
    private var byteCount = 0
    /// The size of an archive is a multiple of it, as tar and Python's `tarfile` have it.
    private static let recordSize = 20 * TarHeader.blockSize

    /// - Parameter append: writes some bytes.
    init(append: @escaping ([UInt8]) throws -> Void) { self.append = append }

    /// - Parameter text: the sample's new text; nil if it keeps what it has.
    /// - Throws: `FileError`.
    func write(_ sample: ArchivedSample, text: String?) throws {
        guard let text = text.map({ Array($0.utf8) }), let image = sample.image else {
            return try sample.entries.forEach(copy)
        }
        let written = sample.writtenTexts
        let lastMember = sample.entries.lastIndex { $0.place != nil }
        for (number, entry) in sample.entries.enumerated() {
            if written.contains(number) {
                try replace(entry, by: text)
            } else {
                try copy(entry)
            }
            if written.isEmpty, number == lastMember {
                let name = sample.key + [UInt8(ascii: ".")] + sample.members.writtenText
                try write(image.header.headers(name: name, size: text.count))
                try writePadded(text)
            }
        }
    }

    /// Ends the archive.
    func finish() throws {
        let end = byteCount + 2 * TarHeader.blockSize
        let padded = (end + Self.recordSize - 1) / Self.recordSize * Self.recordSize
        try write([UInt8](repeating: 0, count: padded - byteCount))
    }

    private func copy(_ entry: TarEntry) throws {
        try write(entry.headers)
        try entry.contents.forEachPiece(write)
        try write(TarContents.padding(entry.contents.count))
    }

    /// White space at the ends of a text that says the same is kept.
    private func replace(_ entry: TarEntry, by text: [UInt8]) throws {
        if entry.isFile, !entry.isSparse, entry.contents.count <= FileBytes.limit {
            let old = String(decoding: try entry.contents.all().withoutByteOrderMark, as: UTF8.self)
            if old.strippingWhitespace().utf8.elementsEqual(text) { return try copy(entry) }
        }
        try write(entry.headers(ofFileOf: text.count))
        try writePadded(text)
    }

    private func writePadded(_ bytes: [UInt8]) throws {
        try write(bytes)
        try write(TarContents.padding(bytes.count))
    }

    private func write(_ bytes: [UInt8]) throws {
        try append(bytes)
        byteCount += bytes.count
    }
}
