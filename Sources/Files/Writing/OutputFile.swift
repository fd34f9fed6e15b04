package import Foundation
package import SystemPackage

/// Files that are written whole: they appear complete under their name, and what was there before stays until then.
package enum OutputFile {
    /// Checks, before any work is done, that a file can be written.
    /// - Parameter others: files that will be written with it.
    /// - Throws: `FileError.unwritableOutput`.
    package static func check(_ path: FilePath, with others: [FilePath] = []) throws {
        let status = FileStatus(path)
        // Such as a link that leads to itself.
        if status == nil, errno != ENOENT { throw FileError.unwritableOutput(path, code: errno) }
        if status?.kind == .folder { throw FileError.unwritableOutput(path, code: EISDIR) }
        // A folder that was removed still allows to be written to, in vain.
        if path.startsInRemovedFolder { throw FileError.unwritableOutput(path, code: ENOENT) }
        // A file is replaced by renaming, which is up to its folder; anything else is written in place.
        let target = path.isSpecial ? path : path.written.folder
        guard target.reached(or: -1, { faccessat($0, $1, W_OK, AT_EACCESS) }) == 0 else {
            throw FileError.unwritableOutput(path, code: errno)
        }
        // Without the others a run would end where it has something to write there, each time.
        for other in others {
            let status = FileStatus(other)
            if status == nil, errno == ENAMETOOLONG, other.bytes.starts(with: path.bytes) {
                let suffix = FilePath.escaped(Array(other.bytes.dropFirst(path.bytes.count)))
                throw FileError.unwritableOutput(
                    path, cause: "its name is too long: with \(suffix) after it, no file can be called so")
            }
            if status?.kind == .special { throw FileError.unwritableOutput(other, cause: "it is no plain file") }
            try check(other)
        }
    }

    /// Makes the folder of a file that will be written, if it is missing.
    /// - Throws: `FileError.unwritableOutput`.
    package static func makeFolder(of path: FilePath) throws {
        do {
            try path.folder.makeFolders()
        } catch {
            throw FileError.unwritableOutput(path, code: error.rawValue)
        }
    }

    /// Writes a file, replacing one that is there. What is no plain file, such as a pipe or a device, is written in place.
    /// - Throws: `FileError.unwritableOutput`.
    package static func write(_ data: Data, to path: FilePath) throws {
        try WholeFile.write(to: path) { try $0.append(data) }
    }

    /// Whether there is a plain file, which would be replaced.
    package static func exists(_ path: FilePath) -> Bool { path.isRegularFile && !path.isSpecial }

    /// Whether there is a file with something in it.
    package static func hasContents(_ path: FilePath) -> Bool { (FileStatus(path)?.size ?? 0) > 0 }

    /// Whether there is something at the path, or where a link there leads, that is no plain file.
    package static func isSpecial(_ path: FilePath) -> Bool { path.isSpecial }
}
