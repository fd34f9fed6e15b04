package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension FilePath {
    /// Checks that a folder is there.
    /// - Throws: `FileError.unreadableFolder` for what is none.
    package func checkFolder() throws(FileError) {
        guard let status = FileStatus(self) else { throw .unreadableFolder(path: escaped, cause: cause(errno)) }
        guard status.kind == .folder else { throw .unreadableFolder(path: escaped, cause: "it is no folder") }
    }
}
