import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage

/// Brings the text beside an image up to date with captions that were edited, or removes it.
///
/// A text is changed only where it says what the image's captions were: all of it, or a part that is there once, as after
/// `--existing append`. Whatever else is in it stays.
package struct SidecarRevision: Sendable {
    package enum Outcome: Sendable {
        case written
        case unchanged
        case removed
    }

    private let ending: [UInt8]
    /// Texts that were written, and the captions in them.
    private var written: [FilePath: [String]] = [:]

    /// - Parameter ending: that of the names of text files.
    package init(ending: [UInt8]) { self.ending = ending }

    /// - Parameters:
    ///   - captions: nil for a text that is to be removed.
    ///   - former: what the captions have been, whenever.
    /// - Throws: `ItemFailure` for a text that says something else, or cannot be written; `FileError` when the disk is full.
    package mutating func apply(
        _ captions: [String]?, former: [[String]], beside image: any PictureSource
    ) throws -> Outcome {
        guard let path = image.file?.sidecar(ending) else {
            throw ItemFailure(stage: .write, message: "an image that is no file has no place beside it")
        }
        let place = path.absolute
        if let other = written[place], let captions, !other.elementsEqual(captions, by: { $0.hasSameBytes(as: $1) }) {
            throw ItemFailure.unwritable(path, "it belongs to an image that comes first")
        }
        let outcome = try apply(captions.map(Self.text), former.map(Self.text), path)
        if let captions { written[place] = captions }
        return outcome
    }

    private static func text(_ captions: [String]) -> [UInt8] {
        SidecarWriter.plain(Array(captions.joined(separator: "\n").strippingWhitespace().utf8))
    }

    private func apply(_ new: [UInt8]?, _ former: [[UInt8]], _ path: FilePath) throws -> Outcome {
        switch SidecarPlace(path) {
        case .free:
            guard let new else { return .unchanged }
            try SidecarWriter.put(new + [UInt8(ascii: "\n")], path, at: path, replaces: false)
            return .written
        case .dangling: throw ItemFailure.unwritable(path, "it is a link to nothing")
        case .taken(let cause): throw ItemFailure.unwritable(path, cause)
        case .file(let file, _):
            let old = try OldText.bytes(of: path)
            let plain = Self.trimmed(SidecarWriter.plain(old))
            guard let new else {
                guard former.contains(plain) else {
                    throw ItemFailure.unwritable(path, "it says something else than the caption that was rejected")
                }
                guard path.unlinked() == 0 else { throw ItemFailure.unwritable(path, "\(Errno(rawValue: errno))") }
                return .removed
            }
            if plain == new { return .unchanged }
            if former.contains(plain) {
                try SidecarWriter.replace(new + [UInt8(ascii: "\n")], path, at: file, synchronizes: true)
                return .written
            }
            // A longer one may contain a shorter one.
            for text in (former + [new]).sorted(by: { $0.count > $1.count }) {
                guard let range = Self.onlyRange(of: text, in: old) else { continue }
                if text == new { return .unchanged }
                try SidecarWriter.replace(
                    Array(old[..<range.lowerBound]) + new + old[range.upperBound...], path, at: file, synchronizes: true
                )
                return .written
            }
            throw ItemFailure.unwritable(path, "it says something else than the caption that was changed")
        }
    }

    /// Where a text is, if it is there once, and not as a part of words.
    private static func onlyRange(of text: [UInt8], in bytes: [UInt8]) -> Range<Int>? {
        guard let first = text.first, text.count <= bytes.count else { return nil }
        func isWord(_ index: Int) -> Bool {
            guard bytes.indices.contains(index) else { return false }
            let byte = bytes[index]
            return byte >= 0x80 || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
        }
        let starts = (0...bytes.count - text.count).filter { start in
            bytes[start] == first && bytes[start...].starts(with: text) && !isWord(start - 1)
                && !isWord(start + text.count)
        }
        return starts.count == 1 ? starts[0]..<starts[0] + text.count : nil
    }

    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        Array(String(decoding: bytes, as: UTF8.self).strippingWhitespace().utf8)
    }
}
