package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension FilePath {
    /// A name in the same folder that nothing else has, for a file that is renamed to this path when it is whole.
    ///
    /// It is short whatever the path's own name is, and hidden, so that no search for images finds it. It is drawn at
    /// random: processes of several machines or containers, which may have one number, write into one folder.
    package var temporary: FilePath {
        let number = String(UInt64.random(in: 0 ... .max), radix: 36)
        return replacingLastComponent(Array(".caption-images-\(number).tmp".utf8))
    }

    private var lastComponentBytes: [UInt8]? { lastComponent.map { FilePath(root: nil, [$0]).bytes } }

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
