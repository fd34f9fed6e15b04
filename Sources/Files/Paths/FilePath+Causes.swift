package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension FilePath {
    /// Why the system refused something with this path, as a sentence.
    /// - Parameter code: what `errno` was.
    package func cause(_ code: Int32) -> String {
        code == ENOENT && startsInRemovedFolder ? Self.removedFolderCause : Errno(rawValue: code).description
    }

    /// Whether the path is relative, and the folder in which the process runs was removed.
    package var startsInRemovedFolder: Bool { !isAbsolute && Self.currentFolder == nil && errno == ENOENT }

    package static let removedFolderCause = "the folder in which this process runs was removed"
}
