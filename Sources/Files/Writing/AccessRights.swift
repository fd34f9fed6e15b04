package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Whose a file is, and who may read and write it: what a file that takes its place has from it.
package struct AccessRights: Sendable, Equatable {
    /// The bits for reading, writing and executing.
    package let mode: UInt32
    package let owner: UInt32
    package let group: UInt32

    /// Links are followed.
    /// - Returns: nil, with `errno` set, where there is nothing, or nothing that can be reached.
    package init?(_ path: FilePath) {
        var status = stat()
        guard path.reached(or: -1, { fstatat($0, $1, &status, 0) }) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        (mode, owner, group) = (UInt32(status.st_mode) & 0o777, status.st_uid, status.st_gid)
    }

    /// Whether the owner of the file may write to it. The administrator may write to any, whether or not that was meant.
    package var areWritable: Bool { mode & 0o200 != 0 }

    /// Gives an open file these, as far as the process may and the file system knows them.
    package func give(to descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, Self(status) != self else { return }
        // Of a file in a shared folder the group alone may be allowed.
        if status.st_uid != owner || status.st_gid != group, fchown(descriptor, owner, group) != 0 {
            _ = fchown(descriptor, uid_t.max, group)
        }
        // Another group does not get the rights of the one that could not be set.
        let hasGroup = fstat(descriptor, &status) == 0 && status.st_gid == group
        _ = fchmod(descriptor, mode_t(hasGroup ? mode : mode & ~0o070))
    }
}
