import Foundation
package import SystemPackage

/// A file that grows at its end, and that one process at a time writes.
///
/// What is appended the system has when the call returns; `synchronize` waits for the disk.
package final class OutputLog {
    package let path: FilePath
    private let descriptor: Int32
    /// Of a file that was there its size alone is known, until it is cut off.
    package private(set) var prefix = FilePrefix()
    /// Why the last row is not whole.
    private var appendFailure: FileError?

    /// Opens or creates a file.
    /// - Parameter user: what another process that has it is called.
    /// - Throws: `FileError.unwritableOutput`, also when another process has it.
    package init(path: FilePath, user: String = "another run") throws {
        self.path = path
        descriptor = path.opened(O_RDWR | O_CREAT)
        guard descriptor >= 0 else { throw FileError.unwritableOutput(path, code: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let cause =
                errno == EWOULDBLOCK ? "\(user) is writing to it" : String(cString: strerror(errno))
            close(descriptor)
            throw FileError.unwritableOutput(path, cause: cause)
        }
        guard let status = FileStatus(descriptor: descriptor) else {
            let error = errno
            close(descriptor)
            throw FileError.unwritableOutput(path, code: error)
        }
        prefix = FilePrefix(byteCount: status.size)
    }

    deinit { close(descriptor) }

    /// Cuts the file off after its first bytes.
    package func truncate(to prefix: FilePrefix) throws {
        if prefix.byteCount < self.prefix.byteCount {
            guard ftruncate(descriptor, off_t(prefix.byteCount)) == 0 else { throw failure(errno) }
        }
        self.prefix = prefix
    }

    /// Takes back what was appended after some bytes, also what could not be appended whole; then more can be.
    package func rollBack(to prefix: FilePrefix) throws {
        guard ftruncate(descriptor, off_t(prefix.byteCount)) == 0 else { throw failure(errno) }
        self.prefix = prefix
        appendFailure = nil
    }

    /// Adds text at the end. If that fails, a part of it may be there, and nothing is added any more.
    /// - Throws: `FileError.unwritableOutput`; `.lostOutput` when the file is no longer found under its name.
    package func append(_ text: String) throws {
        var text = text
        try text.withUTF8 { try append(UnsafeRawBufferPointer($0)) }
    }

    /// The same of bytes.
    package func append(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try append($0) } }

    private func append(_ bytes: UnsafeRawBufferPointer) throws {
        if let appendFailure { throw appendFailure }
        try checkThatItIsThere()
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            let written = pwrite(descriptor, start, rest.count, off_t(prefix.byteCount))
            if written >= 0 {
                prefix.add(UnsafeRawBufferPointer(rebasing: rest[..<written]))
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            } else if errno != EINTR {
                let failure = failure(errno)
                appendFailure = failure
                throw failure
            }
        }
    }

    /// Writes over the first bytes, of which there are as many. The checksum stays that of what was appended.
    /// - Throws: `FileError.unwritableOutput`.
    package func replaceBeginning(_ bytes: [UInt8]) throws {
        guard pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else { throw failure(errno) }
    }

    /// Waits until the disk has everything.
    package func synchronize() throws {
        guard fsync(descriptor) == 0 else { throw failure(errno) }
    }

    /// What is written to a file that was removed or moved away would be lost, or not where it is looked for.
    private func checkThatItIsThere() throws {
        guard let own = FileStatus(descriptor: descriptor) else { throw failure(errno) }
        guard FileStatus(path)?.identity == own.identity else {
            throw FileError.lostOutput(path: path.escaped)
        }
    }

    private func failure(_ code: Int32) -> FileError { .unwritableOutput(path, code: code) }
}
