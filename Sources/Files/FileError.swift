package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Why a file or folder could not be read or written. Paths are as `FilePath.escaped` has them.
package enum FileError: Error, Equatable, CustomStringConvertible {
    /// A folder could not be listed.
    case unreadableFolder(path: String, cause: String)
    /// A file could not be read, or is not what it should be.
    case unreadableFile(path: String, cause: String)
    /// A file that had to be made is there already.
    case outputExists(path: String)
    /// A file that grows is no longer found under its name.
    case lostOutput(path: String)
    /// A file could not be opened or written.
    case unwritableOutput(path: String, cause: String)

    /// What is wrong, without the path.
    package var cause: String {
        switch self {
        case .unreadableFolder(_, let cause), .unreadableFile(_, let cause), .unwritableOutput(_, let cause): cause
        case .outputExists: "it exists"
        case .lostOutput: "it was removed or replaced while it was written"
        }
    }

    package var description: String {
        switch self {
        case .unreadableFolder(let path, let cause): "cannot read the folder \(path): \(cause)"
        case .unreadableFile(let path, let cause): "cannot read \(path): \(cause)"
        case .outputExists(let path): "\(path) exists; --overwrite replaces it"
        case .lostOutput(let path): "cannot write \(path): it was removed or replaced while it was written"
        case .unwritableOutput(let path, let cause): "cannot write \(path): \(cause)"
        }
    }
}

extension FileError {
    package static func unreadableFile(path: String, code: Int32) -> FileError {
        .unreadableFile(path: path, cause: String(cString: strerror(code)))
    }

    package static func unreadableFile(_ path: FilePath, code: Int32) -> FileError {
        // That of `FileBytes` for pipes and devices.
        .unreadableFile(path: path.escaped, cause: code == ENOTSUP ? "not a regular file" : path.cause(code))
    }

    package static func unreadableFile(_ path: FilePath, cause: String) -> FileError {
        .unreadableFile(path: path.escaped, cause: cause)
    }

    package static func unwritableOutput(_ path: FilePath, code: Int32) -> FileError {
        .unwritableOutput(path: path.escaped, cause: path.cause(code))
    }

    package static func unwritableOutput(_ path: FilePath, cause: String) -> FileError {
        .unwritableOutput(path: path.escaped, cause: cause)
    }

    package static func unwritableOutput(path: String, code: Int32) -> FileError {
        .unwritableOutput(path: path, cause: String(cString: strerror(code)))
    }
}
