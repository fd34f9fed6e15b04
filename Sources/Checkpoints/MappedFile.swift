import CaptionerFiles
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A whole file as read-only memory, mapped for as long as this object lives.
///
/// Pages are read from disk when they are first touched, and can be dropped and read again by the system, so that a
/// file larger than the memory is no obstacle.
///
/// The file must not shrink while it is mapped: touching a page beyond the new end kills the process with
/// SIGBUS, which no program can turn into an error. Replacing the file by renaming another over it is safe, because the
/// mapping keeps the old one.
package final class MappedFile: Sendable {
    /// Where the file lies.
    package let path: FilePath
    /// The size in bytes. Never 0.
    package let count: Int
    /// The bytes. Unchecked, because the memory is mapped read-only and cannot be written to.
    private nonisolated(unsafe) let base: UnsafeMutableRawPointer

    /// Calls `body` with the bytes, which are valid as long as this object lives, and at least until `body` returns.
    ///
    /// There is no property for them, because in `Array(file.bytes)` the file may be gone before its bytes are read.
    package func withBytes<Result, Failure>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// Maps the file at `path`.
    /// - Throws: `CheckpointError.unreadable` when there is no such file, it is no regular file, it is empty, or the
    ///   system refuses.
    package init(_ path: FilePath) throws(CheckpointError) {
        let (descriptor, status): (Int32, FileStatus)
        do throws(Errno) {
            (descriptor, status) = try path.openedRegular()
        } catch {
            switch error {
            case .isDirectory: throw .unreadable(file: path.escaped, cause: "it is a folder")
            case .notSupported: throw .unreadable(file: path.escaped, cause: "it is not a regular file")
            default: throw .unreadable(path, error.rawValue)
            }
        }
        defer { close(descriptor) }
        guard status.size > 0 else { throw .unreadable(file: path.escaped, cause: "it is empty") }
        guard let base = mmap(nil, status.size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            throw .unreadable(path, errno)
        }
        self.path = path
        count = status.size
        self.base = base
    }

    deinit { munmap(base, count) }

    /// Advises the system that the pages within a range will not be needed soon. They are read again when they are.
    func release(_ range: Range<Int>) {
        let pageSize = Int(getpagesize())
        let first = (range.lowerBound + pageSize - 1) / pageSize * pageSize
        let end = range.upperBound / pageSize * pageSize
        if first < end { madvise(base + first, end - first, MADV_DONTNEED) }
    }
}
