package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension FilePath {
    /// The path from the root, without `.` and `..`, which are resolved by their names alone: links are not followed.
    package var absolute: FilePath { anchored.lexicallyNormalized() }

    /// The path from the root, by the same way. Where the folder in which the process runs was removed, a relative path
    /// stays relative: it leads to nothing.
    package var anchored: FilePath {
        guard !isAbsolute, let folder = Self.currentFolder else { return self }
        return folder.appending(components.filter { $0.kind != .currentDirectory })
    }

    /// The path by which the system knows the file: links are followed, also one to a file that is not there. Of a file
    /// that is not there, its folder's path is found; of one whose folder is not there either, the path is only made
    /// absolute, and keeps `..`, which leads nowhere after a folder that is not there.
    package var real: FilePath { real(followingLinks: 40) }

    /// - Parameter count: how many links are followed that lead to nothing, as they may lead in a circle.
    private func real(followingLinks count: Int) -> FilePath {
        if let path = resolved { return path }
        if count > 0, let target = linkTarget { return folder.pushing(target).real(followingLinks: count - 1) }
        // What `..` means after a linked folder, the system knows.
        if let name = lastComponent, name.kind == .regular, let folder = folder.resolved {
            return folder.appending(name)
        }
        return components.contains { $0.kind == .parentDirectory } ? anchored : absolute
    }

    private var resolved: FilePath? {
        guard let path = withPlatformString({ realpath($0, nil) }) else { return nil }
        defer { free(path) }
        return FilePath(platformString: path)
    }

    /// The path at which a file is when it is written to this one: where a link leads.
    package var written: FilePath { linkTarget == nil ? self : real }

    /// The number of the open file that the path means, as `/dev/stdout` and `/dev/fd/3` do, if that is a plain file; nil
    /// for all other paths.
    ///
    /// Such a file is written where the process that opened it wants it, and must not be replaced.
    package var descriptor: Int32? {
        guard isRegularFile, let open = FileStatus(Self.openFiles)?.identity else { return nil }
        var path = self
        for _ in 0..<40 {
            if FileStatus(path.folder)?.identity == open { return path.lastComponent.flatMap { Int32($0.string) } }
            guard let target = path.linkTarget else { return nil }
            path = path.folder.pushing(target)
        }
        return nil
    }

    #if os(Linux)
        private static let openFiles: FilePath = "/proc/self/fd"
    #else
        private static let openFiles: FilePath = "/dev/fd"
    #endif

    /// What the link at this path leads to, as it is written there; nil where there is no link.
    package var linkTarget: FilePath? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            let count = reached(or: -1) { readlinkat($0, $1, start, buffer.count) }
            return count > 0 ? FilePath(bytes: buffer.prefix(count).map { UInt8(bitPattern: $0) }) : nil
        }
    }

    /// The folder in which the process runs; nil, with `errno` set, if that is gone or cannot be found out.
    static var currentFolder: FilePath? {
        guard let path = getcwd(nil, 0) else { return nil }
        defer { free(path) }
        return FilePath(platformString: path)
    }

    /// The folder that the file is in: `.` for a name alone.
    package var folder: FilePath {
        let folder = removingLastComponent()
        return folder.isEmpty ? "." : folder
    }

    /// Makes the folder of this path and those on the way to it.
    /// - Throws: `Errno`.
    package func makeFolders() throws(Errno) {
        if isFolder { return }
        let parent = removingLastComponent()
        if !parent.isEmpty, parent != self { try parent.makeFolders() }
        guard reached(or: -1, { mkdirat($0, $1, 0o777) }) == 0 || errno == EEXIST && isFolder else {
            throw Errno(rawValue: errno)
        }
    }
}
