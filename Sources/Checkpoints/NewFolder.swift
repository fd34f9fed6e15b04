import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A folder for files that are worth something together only: it gets all of them, or is taken away again.
final class NewFolder {
    let url: URL
    /// The folders that were made, outermost first, and the files that may be in them.
    private var folders: [URL] = []
    private var files: [URL] = []

    /// Makes a folder, and those on the way to it, or takes one that is empty.
    /// - Throws: `CheckpointError.unwritable`. Nothing is left behind then.
    init(_ url: URL) throws(CheckpointError) {
        self.url = url
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) {
            guard isFolder.boolValue else {
                throw .unwritable(file: url.path, cause: "it is a file; name a folder that is not there yet")
            }
            try Self.checkEmpty(url)
        } else {
            try makeFolders()
        }
    }

    /// Where a file of this name goes.
    func place(_ name: String) -> URL {
        let file = url.appendingPathComponent(name)
        files.append(file)
        return file
    }

    /// Takes away what was made, and leaves alone what others may have put there meanwhile.
    func remove() {
        for file in files { unlink(file.path) }
        for folder in folders.reversed() { rmdir(folder.path) }
    }

    private static func checkEmpty(_ url: URL) throws(CheckpointError) {
        let content: [String]
        do {
            content = try FileManager.default.contentsOfDirectory(atPath: url.path)
        } catch {
            throw .unwritable(file: url.path, cause: error.localizedDescription)
        }
        guard content.isEmpty else {
            throw .unwritable(file: url.path, cause: "it is not empty; name a folder that is not there yet")
        }
    }

    private func makeFolders() throws(CheckpointError) {
        var missing: [URL] = []
        var folder = URL(fileURLWithPath: url.path).standardizedFileURL
        while !FileManager.default.fileExists(atPath: folder.path), folder.path != "/" {
            missing.append(folder)
            folder.deleteLastPathComponent()
        }
        for folder in missing.reversed() {
            guard mkdir(folder.path, 0o777) == 0 else {
                let code = errno
                remove()
                throw .unwritable(file: url.path, cause: String(cString: strerror(code)))
            }
            folders.append(folder)
        }
    }
}
