import CaptionerFiles
import CaptionerJSON
import Foundation
package import SystemPackage

/// Brings the text beside an image up to date with captions that were edited, or removes it.
///
/// A text is changed only where it says what the image's captions were: all of it, or its end or beginning behind or before a
/// separator, as after `--existing append` or `prepend`. Whatever else is in it stays.
package struct SidecarRevision: Sendable {
    package enum Outcome: Sendable {
        case written
        case unchanged
        case removed
    }

    private let rules: SidecarRules
    /// Files that are none of these texts, whatever leads to them.
    private let others: Set<FileStatus.Identity>
    /// The numbers of the rows that texts belong to.
    private var owners: [FilePath: Int] = [:]

    /// - Parameter files: those of the run.
    package init(_ rules: SidecarRules, protecting files: [FilePath]) {
        self.rules = rules
        others = Set(files.compactMap { FileStatus($0)?.identity })
    }

    package func hasText(beside image: any PictureSource) -> Bool {
        image.file?.sidecar(rules.ending)?.exists == true
    }

    /// Says that a row has an image. The text beside several belongs to the first row that says so.
    package mutating func claim(for row: Int, beside image: any PictureSource) {
        guard let path = image.file?.sidecar(rules.ending)?.real else { return }
        if owners[path] == nil { owners[path] = row }
    }

    /// - Parameters:
    ///   - captions: nil for a text that is to be removed.
    ///   - former: what the captions have been, whenever.
    ///   - row: which has claimed the text.
    /// - Throws: `ItemFailure` for a text that says something else, or cannot be written; `FileError` when the disk is full.
    package func apply(
        _ captions: [String]?, former: [[String]], for row: Int, beside image: any PictureSource
    ) throws -> Outcome {
        guard let path = image.file?.sidecar(rules.ending) else {
            throw ItemFailure(stage: .write, message: "an image that is no file has no place beside it")
        }
        guard owners[path.real] == row else {
            throw ItemFailure.unwritable(path, "it belongs to an image that comes first")
        }
        let separator = Array(rules.separator(captionCount: former.first?.count ?? 1).utf8)
        return try apply(captions.map(Self.text), former.map(Self.text), path, separator)
    }

    private static func text(_ captions: [String]) -> [UInt8] {
        SidecarWriter.plain(Array(captions.joined(separator: "\n").strippingWhitespace().utf8))
    }

    private func apply(_ new: [UInt8]?, _ former: [[UInt8]], _ path: FilePath, _ separator: [UInt8]) throws -> Outcome {
        switch SidecarPlace(path) {
        case .free:
            guard let new else { return .unchanged }
            try SidecarWriter.put(new + [UInt8(ascii: "\n")], path, at: path, replaces: false)
            return .written
        case .dangling: throw ItemFailure.unwritable(path, "it is a link to nothing")
        case .taken(let cause): throw ItemFailure.unwritable(path, cause)
        case .file(let file, let status):
            guard !others.contains(status.identity) else {
                throw ItemFailure.unwritable(path, "it is a file of the run")
            }
            let old = try OldText.bytes(of: path)
            let plain = Self.trimmed(SidecarWriter.plain(old))
            guard let new else {
                guard former.contains(plain) else {
                    throw ItemFailure.unwritable(path, "it says something else than the caption")
                }
                guard AccessRights(file)?.areWritable != false else {
                    throw ItemFailure.unwritable(path, "\(Errno.permissionDenied)")
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
                guard let range = Self.range(of: text, in: old, separator) else { continue }
                if text == new { return .unchanged }
                let changed = old[..<range.lowerBound] + new[...] + old[range.upperBound...]
                try SidecarWriter.replace(Array(changed), path, at: file, synchronizes: true)
                return .written
            }
            throw ItemFailure.unwritable(path, "it says something else than the caption")
        }
    }

    /// Where a text is, behind a separator at the end of others or before one at their beginning.
    private static func range(of text: [UInt8], in bytes: [UInt8], _ separator: [UInt8]) -> Range<Int>? {
        guard !text.isEmpty, !separator.isEmpty else { return nil }
        let last = bytes.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? 0
        if bytes[..<last].suffix(separator.count + text.count).elementsEqual(separator + text) {
            return last - text.count..<last
        }
        let first = bytes.count - bytes.withoutByteOrderMark.count
        return bytes[first...].starts(with: text + separator) ? first..<first + text.count : nil
    }

    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        Array(String(decoding: bytes, as: UTF8.self).strippingWhitespace().utf8)
    }
}
