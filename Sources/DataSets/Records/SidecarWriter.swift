import CaptionerFiles
import Foundation
import SystemPackage

/// Writes captions beside their images: `beach.jpg` gets `beach.txt`, a line for each caption.
///
/// Files appear whole under their name. What becomes of one that is there and says something else, the rules say. Of a link
/// the file that it leads to is the text: it is replaced where it is, and the link stays.
struct SidecarWriter: Sendable {
    let owners: SidecarOwners
    let rules: SidecarRules

    private var existing: ExistingText { rules.existing ?? .error }

    /// - Returns: a text that was there and is kept, if there is one.
    /// - Throws: `ItemFailure` when the file cannot be written, for something else is in the way, its name would be too
    ///   long, or its folder does not allow it; `FileError.unwritableOutput`, which ends the run, when the disk is
    ///   full or broken, or the folder of the image is gone.
    func write(_ captions: [String], beside image: any PictureSource) throws -> String? {
        guard let path = image.file?.sidecar(rules.ending) else {
            throw ItemFailure(stage: .write, message: "an image that is no file has no place beside it")
        }
        let contents = Array((captions.joined(separator: "\n") + "\n").utf8)
        switch SidecarPlace(path) {
        case .free:
            // A file that was not there before may have been written by another program since.
            try Self.put(contents, path, at: path, replaces: existing == .overwrite)
        case .dangling(let target):
            guard existing == .overwrite else { throw ItemFailure.unwritable(path, "it is a link to nothing") }
            try Self.put(contents, path, at: target, replaces: true)
        case .taken(let cause): throw ItemFailure.unwritable(path, cause)
        case .file(let file, let status):
            guard let new = try change(path, status, contents, captions) else { return nil }
            if existing == .error { throw Self.inTheWay(path) }
            if existing == .skip { return try OldText.of(path) }
            // An existing text is not lost if the power fails now.
            try Self.replace(new, path, at: file, synchronizes: existing.isAddition)
        }
        return nil
    }

    /// Puts other contents in the place of a text that is there.
    /// - Parameters:
    ///   - path: what messages call it.
    ///   - file: where it is.
    ///   - synchronizes: whether the disk has them before.
    static func replace(_ contents: [UInt8], _ path: FilePath, at file: FilePath, synchronizes: Bool) throws {
        let rights = AccessRights(file)
        guard rights?.areWritable != false,
            file.reached(or: -1, { faccessat($0, $1, W_OK, AT_EACCESS) }) == 0
        else { throw ItemFailure.unwritable(path, "\(Errno.permissionDenied)") }
        try put(contents, path, at: file, replaces: true, synchronizes: synchronizes, rights)
    }

    /// Why an image has no caption, and that there is a text file beside it nevertheless, if there is: it is left alone,
    /// since nothing better can be put in its place.
    package func failure(_ failure: ItemFailure, beside image: any PictureSource) -> ItemFailure {
        guard image.file?.sidecar(rules.ending)?.exists == true else { return failure }
        return ItemFailure(
            stage: failure.stage, message: failure.message + "; the text file beside it is from before",
            path: failure.path)
    }

    /// What a file that is there would hold; nil if it says that already.
    private func change(
        _ path: FilePath, _ status: FileStatus, _ contents: [UInt8], _ captions: [String]
    ) throws(ItemFailure) -> [UInt8]? {
        if existing.isAddition {
            return SidecarAddition.contents(
                try OldText.bytes(of: path), adding: captions.joined(separator: "\n"), existing,
                separator: rules.separator(captionCount: captions.count))
        }
        // Marks and line breaks of other editors make a file longer, by one byte a line.
        guard status.size <= 2 * contents.count + 16, let old = try? FileBytes.of(path) else { return contents }
        return existing == .error
            ? (Self.plain(old) == Self.plain(contents) ? nil : contents) : old == contents ? nil : contents
    }

    /// The words of a text, whatever editor saved it: without byte order marks, CR LF for line breaks, and line breaks at the end.
    static func plain(_ bytes: [UInt8]) -> [UInt8] {
        var plain: [UInt8] = []
        for byte in bytes.withoutByteOrderMark {
            if byte == UInt8(ascii: "\n"), plain.last == UInt8(ascii: "\r") { plain.removeLast() }
            plain.append(byte)
        }
        while plain.last == UInt8(ascii: "\n") { plain.removeLast() }
        return plain
    }

    /// Puts a file in its place.
    /// - Parameters:
    ///   - path: what messages call it.
    ///   - rights: of the file that is replaced, if there is one.
    static func put(
        _ contents: [UInt8], _ path: FilePath, at place: FilePath, replaces: Bool, synchronizes: Bool = false,
        _ rights: AccessRights? = nil
    ) throws {
        do throws(Errno) {
            let (temporary, descriptor) = try place.openedTemporary()
            // Renamed, there is none left.
            defer { temporary.unlinked() }
            do {
                defer { close(descriptor) }
                // Before there is anything to read in it.
                rights?.give(to: descriptor)
                try FileBytes.append(contents, to: descriptor)
                if synchronizes, fsync(descriptor) != 0 { throw Errno(rawValue: errno) }
            }
            // A link, other than a renamed file, replaces nothing that came to be there meanwhile.
            guard (replaces ? temporary.renamed(to: place) : temporary.linked(as: place)) == 0 else {
                throw Errno(rawValue: errno)
            }
        } catch {
            throw failure(path, error)
        }
    }

    private static func failure(_ path: FilePath, _ error: Errno) -> any Error {
        switch error {
        case .fileExists: return inTheWay(path)
        // What no other image would fare better with.
        case .noSpace, .diskQuotaExceeded, .ioError, .fileTooLarge:
            return FileError.unwritableOutput(path, code: error.rawValue)
        // The image was read: a disk with all images was removed.
        case _ where !path.folder.isFolder:
            return FileError.unwritableOutput(path, cause: "the folder of its image is gone")
        default: return ItemFailure.unwritable(path, "\(error)")
        }
    }

    private static func inTheWay(_ path: FilePath) -> ItemFailure {
        .unwritable(path, "it is there and says something else")
    }
}
