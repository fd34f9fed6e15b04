import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A new file that is written from beginning to end.
final class FileWriter {
    private let url: URL
    private let descriptor: Int32

    /// - Throws: `CheckpointError.unwritable`.
    init(_ url: URL) throws(CheckpointError) {
        self.url = url
        descriptor = open(url.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.unwritable(url, errno) }
    }

    deinit { close(descriptor) }

    /// Appends bytes.
    /// - Throws: `CheckpointError.unwritable`, for example when the disk is full.
    func write(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
        var rest = bytes[...]
        while let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
            #if canImport(Glibc)
                let count = Glibc.write(descriptor, base, min(rest.count, 1 << 30))
            #else
                let count = Darwin.write(descriptor, base, min(rest.count, 1 << 30))
            #endif
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Self.unwritable(url, errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// Waits until the bytes are on the disk and gives the file its name.
    /// - Throws: `CheckpointError.unwritable`.
    func finish(renamingTo target: URL) throws(CheckpointError) {
        guard fsync(descriptor) == 0 else { throw Self.unwritable(url, errno) }
        guard rename(url.path, target.path) == 0 else { throw Self.unwritable(target, errno) }
    }

    private static func unwritable(_ url: URL, _ code: Int32) -> CheckpointError {
        .unwritable(file: url.path, cause: String(cString: strerror(code)))
    }
}
