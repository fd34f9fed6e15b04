package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Regular files read and written whole.
package enum FileBytes {
    /// Makes a file of some bytes, which appears whole or not at all. One that is there is replaced; of a link the file
    /// that it leads to. A pipe or a device is written as it is.
    /// - Throws: `Errno`.
    package static func write(_ bytes: [UInt8], to path: FilePath) throws(Errno) {
        guard !path.isSpecial else {
            let descriptor = path.openedInPlace()
            guard descriptor >= 0 else { throw Errno(rawValue: errno) }
            defer { close(descriptor) }
            return try append(bytes, to: descriptor)
        }
        let target = path.written
        let (temporary, descriptor) = try target.openedTemporary()
        do throws(Errno) {
            defer { close(descriptor) }
            try append(bytes, to: descriptor)
            guard temporary.renamed(to: target) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            temporary.unlinked()
            throw error
        }
    }

    /// Adds bytes to an open file.
    /// - Throws: `Errno`. A part of the bytes may be there then.
    package static func append(_ bytes: [UInt8], to descriptor: Int32) throws(Errno) {
        var rest = bytes[...]
        while !rest.isEmpty {
            #if canImport(Glibc)
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            #else
                let count = rest.withUnsafeBytes { Darwin.write(descriptor, $0.baseAddress, $0.count) }
            #endif
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw Errno(rawValue: errno)
            }
        }
    }

    /// The most bytes that are read of a file.
    package static let limit = 1 << 30

    /// All bytes of a file. Pipes and devices, which may block or never end, are refused.
    /// - Parameter limit: how many bytes it may have. A size costs nothing to claim, as sparse files do.
    /// - Throws: `Errno`: `.isDirectory` for a folder, `.notSupported` for what is no file at all, `.fileTooLarge`.
    package static func of(_ path: FilePath, limit: Int = FileBytes.limit) throws(Errno) -> [UInt8] {
        let (descriptor, status) = try path.openedRegular()
        defer { close(descriptor) }
        guard status.size <= limit else { throw .fileTooLarge }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(status.size)
        var block = [UInt8](repeating: 0, count: min(max(status.size + 1, 1 << 12), 1 << 20))
        while true {
            let count = block.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Errno(rawValue: errno) }
            if count == 0 { return bytes }
            guard count <= limit - bytes.count else { throw .fileTooLarge }
            bytes += block[..<count]
        }
    }
}
