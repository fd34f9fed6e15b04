package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Regular files read whole.
package enum FileBytes {
    /// All bytes of a file. Pipes and devices, which may block or never end, are refused.
    /// - Throws: `Errno`: `.isDirectory` for a folder, `.notSupported` for what is no file at all.
    package static func of(_ path: FilePath) throws(Errno) -> [UInt8] {
        // Without O_NONBLOCK, opening a named pipe waits for somebody to write to it.
        let descriptor = path.opened(O_RDONLY | O_NONBLOCK)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        defer { close(descriptor) }
        guard let status = FileStatus(descriptor: descriptor) else { throw Errno(rawValue: errno) }
        guard status.kind == .regular else { throw status.kind == .folder ? .isDirectory : .notSupported }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(status.size)
        var block = [UInt8](repeating: 0, count: min(max(status.size + 1, 1 << 12), 1 << 20))
        while true {
            let count = block.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Errno(rawValue: errno) }
            if count == 0 { return bytes }
            bytes += block[..<count]
        }
    }
}
