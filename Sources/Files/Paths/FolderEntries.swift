package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The names in a folder.
package enum FolderEntries {
    package struct Entry: Sendable {
        /// In bytes.
        package let name: [UInt8]
        /// Whether it is a folder, or a link to one; nil where that cannot be found out.
        package let isFolder: Bool?
    }

    /// The entries of a folder in the order of their names' bytes, `.` and `..` left out.
    /// - Throws: `Errno`.
    package static func of(_ folder: FilePath) throws(Errno) -> [Entry] {
        let descriptor = folder.opened(O_RDONLY | O_DIRECTORY)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        guard let stream = fdopendir(descriptor) else {
            let code = errno
            close(descriptor)
            throw Errno(rawValue: code)
        }
        defer { closedir(stream) }
        var entries: [Entry] = []
        while true {
            errno = 0
            guard let found = readdir(stream) else {
                guard errno == 0 else { throw Errno(rawValue: errno) }
                break
            }
            let name = withUnsafeBytes(of: &found.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8) { continue }
            let type = Int32(found.pointee.d_type)
            entries.append(Entry(name: name, isFolder: isFolder(name, type, in: descriptor)))
        }
        return entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    /// Most file systems say in the listing what an entry is; of links and on others the entry itself is asked.
    private static func isFolder(_ name: [UInt8], _ type: Int32, in folder: Int32) -> Bool? {
        switch type {
        case Int32(DT_DIR): return true
        case Int32(DT_LNK), Int32(DT_UNKNOWN):
            var status = stat()
            guard FilePath(bytes: name).withPlatformString({ fstatat(folder, $0, &status, 0) }) == 0 else { return nil }
            return status.st_mode & S_IFMT == S_IFDIR
        default: return false
        }
    }
}
