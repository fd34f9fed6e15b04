import CaptionerFiles
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A new file that is written from beginning to end.
final class FileWriter {
    private let path: FilePath
    private let descriptor: Int32
    /// How many bytes the whole file will have, where that is known: told when there is no room for them.
    var expectedSize: Int?

    /// - Throws: `CheckpointError.unwritable`.
    init(_ path: FilePath) throws(CheckpointError) {
        self.path = path
        descriptor = path.opened(O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
        guard descriptor >= 0 else { throw .unwritable(path, errno) }
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
            guard count > 0 else { throw refusal(count < 0 ? errno : EIO) }
            rest = rest.dropFirst(count)
        }
    }

    /// Waits until the bytes are on the disk and gives the file its name.
    /// - Throws: `CheckpointError.unwritable`.
    func finish(renamingTo target: FilePath) throws(CheckpointError) {
        guard fsync(descriptor) == 0 else { throw refusal(errno) }
        guard path.renamed(to: target) == 0 else { throw .unwritable(target, errno) }
    }

    private func refusal(_ code: Int32) -> CheckpointError {
        guard let expectedSize, [ENOSPC, EFBIG, EDQUOT].contains(code) else { return .unwritable(path, code) }
        let cause = "\(path.cause(code)); it takes \(expectedSize) bytes, make room or write elsewhere"
        return .unwritable(file: path.escaped, cause: cause)
    }
}
