package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension FilePath {
    /// Makes a new file in the same folder, which is renamed to this path when it is whole.
    ///
    /// Its name is short whatever the path's own name is, and hidden, so that no search for images finds it. It is drawn
    /// at random until nothing else has it: processes of several machines or containers, which may have one number,
    /// write into one folder.
    /// - Parameter number: draws a number; a test's own makes names that are taken.
    /// - Throws: `Errno`. There is no new file then.
    package func openedTemporary(
        drawing number: () -> UInt64 = { .random(in: 0 ... .max) }
    ) throws(Errno) -> (path: FilePath, descriptor: Int32) {
        while true {
            let name = ".caption-images-\(String(number(), radix: 36)).tmp"
            let path = replacingLastComponent(Array(name.utf8))
            let descriptor = path.opened(O_RDWR | O_CREAT | O_EXCL)
            if descriptor >= 0 { return (path, descriptor) }
            guard errno == EEXIST else { throw Errno(rawValue: errno) }
        }
    }

    /// The last name in bytes; nil of a path without a name.
    package var lastComponentBytes: [UInt8]? { lastComponent.map { FilePath(root: nil, [$0]).bytes } }

    /// The last name without its extension, in bytes; nil of a path without a name.
    package var exactStem: [UInt8]? {
        guard let name = lastComponentBytes else { return nil }
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return name }
        return Array(name[..<dot])
    }

    /// The path of another name in the same folder.
    package func replacingLastComponent(_ name: [UInt8]) -> FilePath {
        let folder = removingLastComponent().bytes
        let separator = folder.isEmpty || folder.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]
        return FilePath(bytes: folder + separator + name)
    }

    /// The path with something added to its last name, as in `captions.jsonl.errors.jsonl`.
    package func suffixed(_ suffix: String) -> FilePath { FilePath(bytes: bytes + Array(suffix.utf8)) }
}
