package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What there is at a path.
package struct FileStatus: Sendable {
    package enum Kind: Sendable {
        case regular
        case folder
        /// A pipe, a device, a socket.
        case special
    }

    /// Distinguishes a file from all others of the system.
    package struct Identity: Hashable, Sendable {
        package let device: UInt64
        package let number: UInt64
    }

    package let kind: Kind
    package let isNamedPipe: Bool
    /// In bytes.
    package let size: Int
    /// When its contents last changed: seconds and nanoseconds.
    package let changed: Time
    package let identity: Identity

    package struct Time: Comparable, Sendable {
        let seconds: Int
        let nanoseconds: Int

        package static func < (left: Time, right: Time) -> Bool {
            (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
        }
    }

    /// Links are followed.
    /// - Returns: nil, with `errno` set, where there is nothing, or nothing that can be reached.
    package init?(_ path: FilePath) {
        var status = stat()
        guard path.reached(or: -1, { fstatat($0, $1, &status, 0) }) == 0 else { return nil }
        self.init(status)
    }

    /// Of an open file.
    package init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .folder
            default: .special
            }
        isNamedPipe = status.st_mode & S_IFMT == S_IFIFO
        size = Int(status.st_size)
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        changed = Time(seconds: Int(time.tv_sec), nanoseconds: Int(time.tv_nsec))
        identity = Identity(device: UInt64(truncatingIfNeeded: status.st_dev), number: UInt64(status.st_ino))
    }
}

extension FilePath {
    /// Whether there is anything at the path, or where a link there leads.
    package var exists: Bool { FileStatus(self) != nil }
    package var isFolder: Bool { FileStatus(self)?.kind == .folder }
    package var isRegularFile: Bool { FileStatus(self)?.kind == .regular }
    /// Whether there is something that is not a plain file: a folder, a pipe, a device, or what the process has opened.
    package var isSpecial: Bool { FileStatus(self).map { $0.kind != .regular || descriptor != nil } ?? false }
}
