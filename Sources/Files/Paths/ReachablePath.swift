package import SystemPackage

#if canImport(Glibc)
    package import Glibc
#elseif canImport(Darwin)
    package import Darwin
#endif

extension FilePath {
    /// Calls `body` with a folder and a path from there that together mean this path.
    ///
    /// A system call takes a path of `PATH_MAX` bytes at most, and folders can be deeper: a longer path is reached by
    /// opening the folders on the way.
    /// - Returns: what `body` returns, or `failure`, with `errno` set, when a folder on the way cannot be opened.
    package func reached<Result>(
        or failure: Result, _ body: (_ folder: Int32, _ path: UnsafePointer<CChar>) -> Result
    ) -> Result {
        guard length > Self.systemLimit else { return withPlatformString { body(AT_FDCWD, $0) } }
        var rest = bytes[...]
        var folder: Int32 = AT_FDCWD
        defer { if folder != AT_FDCWD { close(folder) } }
        while rest.count > Self.systemLimit {
            guard let end = rest.prefix(Self.systemLimit).lastIndex(of: UInt8(ascii: "/")), end > rest.startIndex else {
                errno = ENAMETOOLONG
                return failure
            }
            let next = FilePath(bytes: rest[..<end]).withPlatformString { openat(folder, $0, Self.folderFlags) }
            let code = errno
            if folder != AT_FDCWD { close(folder) }
            folder = next
            guard next >= 0 else {
                folder = AT_FDCWD
                errno = code
                return failure
            }
            rest = rest[end...].drop { $0 == UInt8(ascii: "/") }
        }
        return FilePath(bytes: rest).withPlatformString { body(folder, $0) }
    }

    /// A folder on the way need not be readable.
    private static var folderFlags: Int32 { searchOnly | O_DIRECTORY | O_CLOEXEC }

    #if os(Linux)
        /// `O_PATH`, which Glibc's module does not export.
        private static var searchOnly: Int32 { 0o10000000 }
    #else
        private static var searchOnly: Int32 { O_RDONLY }
    #endif

    /// How many bytes a path may have for a system call, the NUL left out.
    private static let systemLimit = Int(PATH_MAX) - 1

    /// Opens a file; -1 with `errno` set if that is not possible.
    package func opened(_ flags: Int32, mode: mode_t = 0o666) -> Int32 {
        reached(or: -1) { folder, path in
            while true {
                let descriptor = openat(folder, path, flags | O_CLOEXEC, mode)
                if descriptor >= 0 || errno != EINTR { return descriptor }
            }
        }
    }

    /// Opens what is no plain file to write to it; -1 with `errno` set if that is not possible.
    package func openedInPlace() -> Int32 {
        if let descriptor { return fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }
        return opened(O_WRONLY)
    }

    /// Gives the file at this path another name, replacing what has it.
    /// - Returns: 0, or -1 with `errno` set.
    package func renamed(to target: FilePath) -> Int32 {
        reached(or: -1) { folder, path in
            target.reached(or: -1) { targetFolder, targetPath in renameat(folder, path, targetFolder, targetPath) }
        }
    }

    /// Gives the file at this path a second name, which must be free.
    /// - Returns: 0, or -1 with `errno` set.
    package func linked(as target: FilePath) -> Int32 {
        reached(or: -1) { folder, path in
            target.reached(or: -1) { targetFolder, targetPath in linkat(folder, path, targetFolder, targetPath, 0) }
        }
    }

    /// Removes the file at this path.
    /// - Returns: 0, or -1 with `errno` set.
    @discardableResult
    package func unlinked() -> Int32 { reached(or: -1) { unlinkat($0, $1, 0) } }
}
