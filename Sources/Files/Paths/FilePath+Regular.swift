package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension FilePath {
    /// Opens a regular file to read it. Pipes and devices, which may block or never end, are refused.
    /// - Returns: a descriptor, which the caller closes, and what the file was when it was opened.
    /// - Throws: `Errno`: `.isDirectory` for a folder, `.notSupported` for what is no file at all.
    package func openedRegular() throws(Errno) -> (descriptor: Int32, status: FileStatus) {
        // Without O_NONBLOCK, opening a named pipe waits for a writer, and no signal ends that.
        let descriptor = opened(O_RDONLY | O_NONBLOCK)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        guard let status = FileStatus(descriptor: descriptor) else {
            let error = Errno(rawValue: errno)
            close(descriptor)
            throw error
        }
        guard status.kind == .regular else {
            close(descriptor)
            throw status.kind == .folder ? .isDirectory : .notSupported
        }
        return (descriptor, status)
    }
}
