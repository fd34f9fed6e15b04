import CaptionerFiles
import Foundation
import SystemPackage

/// Writes captions beside their images: `beach.jpg` gets `beach.txt`, a line for each caption.
///
/// Files appear whole under their name. What becomes of one that is there and says something else, the rules say.
struct SidecarWriter: Sendable {
    let owners: SidecarOwners
    let rules: SidecarRules

    private var existing: ExistingText { rules.existing ?? .error }

    /// - Returns: a text that was there and is kept, if there is one.
    /// - Throws: `ItemFailure` when the file cannot be written, for another file is in the way, its name would be too
    ///   long, or its folder does not allow it; `FileError.unwritableOutput`, which ends the run, when the disk is
    ///   full or broken.
    func write(_ captions: [String], beside image: any PictureSource) throws -> String? {
        guard let path = image.file?.sidecar(rules.ending) else {
            throw ItemFailure(stage: .write, message: "an image that is no file has no place beside it")
        }
        let text = captions.joined(separator: "\n")
        var contents = Array((text + "\n").utf8)
        var replaces = false
        if let status = FileStatus(path), status.kind == .regular {
            if existing.isAddition {
                let old = Array(try OldText.bytes(of: path))
                let separator = rules.separator(captionCount: captions.count)
                guard let sum = SidecarAddition.contents(old, adding: text, existing, separator: separator) else {
                    return nil
                }
                contents = sum
            } else if status.size == contents.count, (try? FileBytes.of(path)) == contents {
                return nil
            }
            if existing == .error { throw Self.inTheWay(path) }
            if existing == .skip { return try OldText.of(path) }
            replaces = true
        }
        do throws(Errno) {
            // A file that was not there before may have been written by another program since.
            try write(contents, to: path, replaces: replaces || existing == .overwrite)
        } catch {
            throw Self.failure(path, error)
        }
        return nil
    }

    /// Why an image has no caption, and that there is a text file beside it nevertheless, if there is: it is left alone,
    /// since nothing better can be put in its place.
    package func failure(_ failure: ItemFailure, beside image: any PictureSource) -> ItemFailure {
        guard image.file?.sidecar(rules.ending)?.exists == true else { return failure }
        return ItemFailure(
            stage: failure.stage, message: failure.message + "; the text file beside it is from before",
            path: failure.path)
    }

    private func write(_ contents: [UInt8], to path: FilePath, replaces: Bool) throws(Errno) {
        let (temporary, descriptor) = try path.openedTemporary()
        // Renamed, there is none left.
        defer { temporary.unlinked() }
        do {
            defer { close(descriptor) }
            try FileBytes.append(contents, to: descriptor)
            // An existing text is not lost if the power fails now.
            if existing.isAddition, replaces, fsync(descriptor) != 0 { throw Errno(rawValue: errno) }
        }
        // A link, other than a renamed file, replaces nothing that came to be there meanwhile.
        guard (replaces ? temporary.renamed(to: path) : temporary.linked(as: path)) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    private static func failure(_ path: FilePath, _ error: Errno) -> any Error {
        switch error {
        case .fileExists: return inTheWay(path)
        // What no other image would fare better with.
        case .noSpace, .diskQuotaExceeded, .ioError, .fileTooLarge:
            return FileError.unwritableOutput(path, code: error.rawValue)
        default:
            return ItemFailure(
                stage: .write, message: "cannot write \(path.escaped.shortened): \(error)", path: path.escaped)
        }
    }

    private static func inTheWay(_ path: FilePath) -> ItemFailure {
        ItemFailure(
            stage: .write,
            message: "cannot write \(path.escaped.shortened): it is there and says something else",
            path: path.escaped)
    }
}
