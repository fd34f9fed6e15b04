import CaptionerFiles
import CaptionerTensorCore
import Dispatch
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
        let code = try synchronize()
        guard code == 0 else { throw refusal(code) }
        try Task.checkCancellation()
        guard path.renamed(to: target) == 0 else { throw CheckpointError.unwritable(target, errno) }
    }

    /// Calls `fsync`, which can take seconds and cannot be interrupted, on a thread that a cancelled task leaves to itself.
    /// - Returns: 0, or the system's error.
    private func synchronize() throws -> Int32 {
        // The thread's own, since the file may be closed before it is done.
        let copy = dup(descriptor)
        guard copy >= 0 else { return errno }
        let (done, code) = (DispatchSemaphore(value: 0), Locked<Int32>(0))
        DispatchQueue.global(qos: .userInitiated).async {
            if fsync(copy) != 0 {
                let error = errno
                code.withLock { $0 = error }
            }
            close(copy)
            done.signal()
        }
        while done.wait(timeout: .now() + .milliseconds(50)) == .timedOut { try Task.checkCancellation() }
        return code.withLock { $0 }
    }

    private func refusal(_ code: Int32) -> CheckpointError {
        guard let expectedSize, [ENOSPC, EFBIG, EDQUOT].contains(code) else { return .unwritable(path, code) }
        let cause = "\(path.cause(code)); it takes \(expectedSize) bytes, make room or write elsewhere"
        return .unwritable(file: path.escaped, cause: cause)
    }
}
