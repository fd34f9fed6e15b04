import Synchronization
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension FilePath {
    private static let temporaryCount = Atomic<Int>(0)

    /// A name in the same folder that nothing else has, for a file that is renamed to this path when it is whole.
    ///
    /// It is short whatever the path's own name is, and hidden, so that no search for images finds it.
    package var temporary: FilePath {
        let number = Self.temporaryCount.wrappingAdd(1, ordering: .relaxed).newValue
        return replacingLastComponent(Array(".caption-images-\(getpid())-\(number).tmp".utf8))
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
