import CaptionerFiles
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A folder for files that are worth something together only: it gets all of them, or is removed again.
final class NewFolder {
    let path: FilePath
    /// The folders that were made, outermost first, and the files that may be in them.
    private var folders: [FilePath] = []
    private var files: [FilePath] = []

    /// Makes a folder, and those on the way to it, or takes one that is empty.
    /// - Throws: `CheckpointError.unwritable`. Nothing is left of it then.
    init(_ path: FilePath) throws(CheckpointError) {
        self.path = path
        guard let status = FileStatus(path) else {
            try makeFolders()
            return
        }
        guard status.kind == .folder else {
            throw .unwritable(file: path.escaped, cause: "it is a file; name a folder that is not there yet")
        }
        let content: [FolderEntries.Entry]
        do {
            content = try FolderEntries.of(path)
        } catch {
            throw .unwritable(path, error.rawValue)
        }
        guard content.isEmpty else {
            throw .unwritable(file: path.escaped, cause: "it is not empty; name a folder that is not there yet")
        }
    }

    /// Where a file of this name goes.
    func place(_ name: String) -> FilePath {
        let file = path.pushing(FilePath(exactly: name))
        files.append(file)
        return file
    }

    /// Takes away what was made, and leaves alone what others may have put there meanwhile.
    func remove() {
        for file in files { file.unlinked() }
        for folder in folders.reversed() { _ = folder.reached(or: -1) { unlinkat($0, $1, AT_REMOVEDIR) } }
    }

    private func makeFolders() throws(CheckpointError) {
        var missing: [FilePath] = []
        var folder = path
        while !folder.isEmpty, !folder.exists {
            missing.append(folder)
            guard folder.removeLastComponent() else { break }
        }
        for folder in missing.reversed() {
            if folder.reached(or: -1, { mkdirat($0, $1, 0o777) }) == 0 {
                folders.append(folder)
                continue
            }
            let code = errno
            // A folder on the way may be the way back: `new/../other`.
            guard code == EEXIST, folder.isFolder else {
                remove()
                throw .unwritable(path, code)
            }
        }
    }
}
