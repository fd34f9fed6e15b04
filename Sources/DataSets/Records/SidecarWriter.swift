import CaptionerFiles
import Foundation
import SystemPackage

/// Writes captions beside their images: `beach.jpg` gets `beach.txt`, a line for each caption.
///
/// Files appear whole under their name. One that is there is left alone unless it says the same.
struct SidecarWriter: Sendable {
    let owners: SidecarOwners
    /// Whether files that say something else are replaced.
    package let overwrites: Bool

    /// - Throws: `ItemFailure` when the file cannot be written, for another file is in the way, its name would be too
    ///   long, or its folder does not allow it; `FileError.unwritableOutput`, which ends the run, when the disk is
    ///   full or broken.
    package func write(_ captions: [String], beside image: any PictureSource) throws {
        guard let path = image.file?.sidecar else {
            throw ItemFailure(stage: .write, message: "an image that is no file has no place beside it")
        }
        let contents = Array((captions.joined(separator: "\n") + "\n").utf8)
        if let status = FileStatus(path), status.kind == .regular {
            if status.size == contents.count, (try? FileBytes.of(path)) == contents { return }
            guard overwrites else { throw Self.inTheWay(path) }
        }
        do throws(Errno) {
            try write(contents, to: path)
        } catch {
            throw Self.failure(path, error)
        }
    }

    /// Why an image has no caption, and that there is a text file beside it nevertheless, if there is: it is left alone,
    /// since nothing better can be put in its place.
    package func failure(_ failure: ItemFailure, beside image: any PictureSource) -> ItemFailure {
        guard image.file?.sidecar?.exists == true else { return failure }
        return ItemFailure(
            stage: failure.stage, message: failure.message + "; the text file beside it is from before",
            path: failure.path)
    }

    private func write(_ contents: [UInt8], to path: FilePath) throws(Errno) {
        let (temporary, descriptor) = try path.openedTemporary()
        // Renamed, there is none left.
        defer { temporary.unlinked() }
        do {
            defer { close(descriptor) }
            try FileBytes.append(contents, to: descriptor)
        }
        // A link, other than a renamed file, replaces nothing that came to be there meanwhile.
        guard (overwrites ? temporary.renamed(to: path) : temporary.linked(as: path)) == 0 else {
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
