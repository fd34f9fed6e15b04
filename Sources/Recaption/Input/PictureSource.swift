import CaptionerFiles
import SystemPackage

/// Where a picture is that an input names: a path, or what begins with a scheme.
///
/// `file:` addresses of this machine and `data:` addresses are read. Nothing is fetched from a network.
enum PictureSource: Sendable, Equatable {
    case file(FilePath)
    case data(DataAddress)
    /// It cannot be had; why, as a sentence that names it.
    case refused(String)

    /// - Parameters:
    ///   - reference: a path or an address.
    ///   - folder: what relative paths are relative to; nil for the folder in which the process runs.
    init(_ reference: String, in folder: FilePath? = nil) {
        guard !reference.utf8.contains(0) else {
            self = Self.refused(
                reference.unicodeScalars.map { $0 == "\0" ? "\\0" : String($0) }.joined(), "a path has no NUL")
            return
        }
        guard let scheme = Self.scheme(of: reference) else {
            let path = FilePath(exactly: reference)
            // Of the empty reference the folder itself is meant, which is no picture and is told so when it is read.
            self = .file(folder.map { path.isAbsolute ? path : $0.pushing(path) } ?? path)
            return
        }
        let rest = reference.utf8.dropFirst(scheme.utf8.count + 1)
        switch scheme {
        case "file": self = Self.file(Array(rest), reference)
        case "data": self = .data(DataAddress(reference))
        default:
            self = Self.refused(
                reference, "an address (\(scheme):), and nothing is fetched; download the picture first")
        }
    }

    /// An image that was named on a command line or found in a folder.
    init(_ image: ImageFile) {
        // What was found is there; what was named may be an address.
        if Self.scheme(of: image.name) != nil, !image.path.exists {
            self.init(image.name)
        } else {
            self = .file(image.path)
        }
    }

    private static func refused(_ reference: String, _ cause: String) -> PictureSource {
        .refused("cannot read \(reference.shortened): \(cause)")
    }

    /// The scheme of an address in lower case; nil for a path. A name such as `a:b.jpg` is a path.
    static func scheme(of reference: String) -> String? {
        let bytes = reference.utf8
        guard let first = bytes.first, Self.isLetter(first),
            let colon = bytes.prefix(32).firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        let name = bytes[..<colon]
        guard name.allSatisfy({ Self.isLetter($0) || (0x30...0x39).contains($0) || "+-.".utf8.contains($0) }) else {
            return nil
        }
        let scheme = String(decoding: name.map { $0 | ((0x41...0x5A).contains($0) ? 0x20 : 0) }, as: UTF8.self)
        let rest = bytes[bytes.index(after: colon)...]
        switch scheme {
        case "data": return rest.prefix(256).contains(UInt8(ascii: ",")) ? scheme : nil
        case "file": return rest.first == UInt8(ascii: "/") ? scheme : nil
        default: return rest.starts(with: "//".utf8) ? scheme : nil
        }
    }

    /// The file that a path or an address means; nil for other addresses, which are not looked into.
    static func path(of reference: String, in folder: FilePath? = nil) -> FilePath? {
        guard scheme(of: reference).map({ $0 == "file" }) ?? true,
            case .file(let path) = PictureSource(reference, in: folder)
        else { return nil }
        return path
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }

    /// RFC 8089: `file:///path`, `file://localhost/path` or `file:/path`.
    private static func file(_ rest: [UInt8], _ reference: String) -> PictureSource {
        var path = rest[...]
        if path.starts(with: "//".utf8) {
            path = path.dropFirst(2)
            let host = String(decoding: path.prefix { $0 != UInt8(ascii: "/") }, as: UTF8.self)
            guard host.isEmpty || host.lowercased() == "localhost" else {
                return refused(reference, "a file of another machine")
            }
            path = path.drop { $0 != UInt8(ascii: "/") }
        }
        // Many write a path behind the scheme as it is: one with other percent signs is taken so.
        let bytes = PercentEscapes.decoded(path) ?? Array(path)
        guard bytes.first == UInt8(ascii: "/"), !bytes.contains(0) else {
            return refused(reference, "not the address of a file")
        }
        return .file(FilePath(bytes: bytes))
    }
}

extension String {
    /// What records of errors and messages call a picture: its path, of a long `data:` address the beginning.
    var pictureName: String { PictureSource.scheme(of: self) == nil ? self : shortened }
}
