import CaptionerFiles
package import SystemPackage

/// What an input writes for an image: a path, or what begins with a scheme.
///
/// `file:` addresses of this machine and `data:` addresses are read. Nothing is fetched from a network.
package enum PictureReference {
    /// - Parameters:
    ///   - reference: a path or an address.
    ///   - folder: what relative paths are relative to; nil for the folder in which the process runs.
    package static func source(of reference: String, in folder: FilePath? = nil) -> any PictureSource {
        guard !reference.utf8.contains(0) else {
            return refused(
                reference.unicodeScalars.map { $0 == "\0" ? "\\0" : String($0) }.joined(), "a path has no NUL")
        }
        guard let scheme = AddressScheme.of(reference) else {
            let path = FilePath(exactly: reference)
            // Of the empty reference the folder itself is meant, which is no image, as reading it reports.
            return PictureFile(path: folder.map { path.isAbsolute ? path : $0.pushing(path) } ?? path)
        }
        let rest = reference.utf8.dropFirst(scheme.utf8.count + 1)
        switch scheme {
        case "file": return file(Array(rest), reference)
        case "data": return DataAddress(reference)
        default:
            return refused(reference, "an address (\(scheme):), and nothing is fetched; download the image first")
        }
    }

    /// The file that a path or an address means; nil for other addresses, which are not looked into.
    package static func path(of reference: String, in folder: FilePath? = nil) -> FilePath? {
        guard AddressScheme.of(reference).map({ $0 == "file" }) ?? true else { return nil }
        return source(of: reference, in: folder).file
    }

    private static func refused(_ reference: String, _ cause: String) -> UnavailablePicture {
        UnavailablePicture(cause: "cannot read \(reference.shortened): \(cause)")
    }

    /// RFC 8089: `file:///path`, `file://localhost/path` or `file:/path`.
    private static func file(_ rest: [UInt8], _ reference: String) -> any PictureSource {
        var path = rest[...]
        if path.starts(with: "//".utf8) {
            path = path.dropFirst(2)
            let host = String(decoding: path.prefix { $0 != UInt8(ascii: "/") }, as: UTF8.self)
            guard host.isEmpty || host.lowercased() == "localhost" else {
                return refused(reference, "a file of another machine")
            }
            path = path.drop { $0 != UInt8(ascii: "/") }
        }
        // Many write a path after the scheme as it is: one with other percent signs is taken so.
        let bytes = PercentEscapes.decoded(path) ?? Array(path)
        guard bytes.first == UInt8(ascii: "/"), !bytes.contains(0) else {
            return refused(reference, "not the address of a file")
        }
        return PictureFile(path: FilePath(bytes: bytes))
    }
}

extension String {
    /// What records of errors and messages call an image: its path, of a long `data:` address the first characters.
    package var pictureName: String { AddressScheme.of(self) == nil ? self : shortened }
}
