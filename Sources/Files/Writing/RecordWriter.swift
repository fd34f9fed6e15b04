package import Foundation
package import SystemPackage

/// Writes to a file or to standard output, records by whole lines.
package final class RecordWriter: Sendable {
    private let handle: FileHandle
    private let name: String

    /// Standard output.
    package init() {
        handle = .standardOutput
        name = "standard output"
    }

    /// A new file.
    /// - Parameter overwrites: whether a file that is there already is replaced.
    /// - Throws: `FileError.outputExists`, `.unwritableOutput`; `CancellationError` when the task was cancelled while
    ///   a named pipe waited for a reader.
    package convenience init(path: FilePath, overwrites: Bool) throws {
        let descriptor =
            if FileStatus(path)?.isNamedPipe == true {
                try Self.openedWhenRead(path)
            } else if path.isSpecial {
                // Such as /dev/null: it holds nothing that could be lost.
                path.openedInPlace()
            } else {
                path.opened(O_WRONLY | O_CREAT | (overwrites ? O_TRUNC : O_EXCL))
            }
        guard descriptor >= 0 else {
            let code = errno
            guard code != EEXIST else { throw FileError.outputExists(path: path.escaped) }
            throw FileError.unwritableOutput(path, code: code)
        }
        self.init(descriptor: descriptor, name: path.escaped)
    }

    /// A file that was opened, and is closed with this.
    /// - Parameter name: what messages call it.
    package init(descriptor: Int32, name: String) {
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        self.name = name
    }

    /// Opens a named pipe when there is a reader. The system would wait for one as well, and for room in the
    /// pipe, but not end with the task.
    private static func openedWhenRead(_ path: FilePath) throws -> Int32 {
        while true {
            let descriptor = path.opened(O_WRONLY | O_NONBLOCK)
            guard descriptor < 0, errno == ENXIO else { return descriptor }
            try Task.checkCancellation()
            usleep(20_000)
        }
    }

    /// Adds bytes; when this returns, the system has them.
    /// - Throws: `FileError.unwritableOutput`; `CancellationError` when the task was cancelled while a pipe that does
    ///   not block was full.
    package func write(_ data: Data) throws {
        var bytes = Array(data)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Foundation.write(handle.fileDescriptor, $0.baseAddress, $0.count) }
            if written >= 0 {
                bytes = bytes.dropFirst(written)
            } else if errno == EAGAIN {
                try Task.checkCancellation()
                var place = pollfd(fd: handle.fileDescriptor, events: Int16(POLLOUT), revents: 0)
                poll(&place, 1, 100)
            } else if errno != EINTR {
                throw FileError.unwritableOutput(path: name, code: errno)
            }
        }
    }
}
