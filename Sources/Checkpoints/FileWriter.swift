import CaptionerFiles
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A new file that is written from start to end.
final class FileWriter {
    private let path: FilePath
    private let descriptor: Int32
    /// How many bytes the whole file will have, where that is known: reported when there is no room for them.
    var expectedSize: Int?

    /// - Throws: `CheckpointError.unwritable`.
    init(_ path: FilePath) throws(CheckpointError) {
        self.path = path
        descriptor = path.opened(O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
        guard descriptor >= 0 else { throw .unwritable(path, errno) }
    }

    deinit { close(descriptor) }

    /// What is written between two looks whether the task was cancelled.
    private static let pieceSize = 1 << 24

    /// Appends bytes.
    /// - Throws: `CheckpointError.unwritable`, for example when the disk is full; `CancellationError`.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes[...]
        while let base = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
            try Task.checkCancellation()
            #if canImport(Glibc)
                let count = Glibc.write(descriptor, base, min(rest.count, Self.pieceSize))
            #else
                let count = Darwin.write(descriptor, base, min(rest.count, Self.pieceSize))
            #endif
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw refusal(count < 0 ? errno : EIO) }
            rest = rest.dropFirst(count)
        }
    }

    /// Waits until the bytes are on the disk and gives the file its name.
    /// - Throws: `CheckpointError.unwritable`; `CancellationError` before the file has its name.
    func finish(renamingTo target: FilePath) throws {
        try Task.checkCancellation()
        // A copy of the descriptor, since this file may be closed before a wait of seconds is over.
        let copy = dup(descriptor)
        guard copy >= 0 else { throw refusal(errno) }
        let code = try abandonable {
            defer { close(copy) }
            return fsync(copy) == 0 ? 0 : errno
        }
        guard code == 0 else { throw refusal(code) }
        try Task.checkCancellation()
        guard path.renamed(to: target) == 0 else { throw CheckpointError.unwritable(target, errno) }
    }

    private func refusal(_ code: Int32) -> CheckpointError {
        guard let expectedSize, [ENOSPC, EFBIG, EDQUOT].contains(code) else { return .unwritable(path, code) }
        let cause = "\(path.cause(code)); it takes \(expectedSize) bytes, make room or write elsewhere"
        return .unwritable(file: path.escaped, cause: cause)
    }
}
