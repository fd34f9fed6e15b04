package import Foundation
package import SystemPackage

// Foundation's own ways between the two know no path that is not UTF-8, and replace `~`.
extension FilePath {
    /// The path in the address of a file. Its percent escapes may encode any bytes.
    package init(_ url: URL) {
        self.init(bytes: PercentEscapes.undo(Array(url.absoluteURL.path(percentEncoded: true).utf8)))
    }

    /// The absolute address of this path, in which bytes that are not UTF-8 are percent escapes. Where the folder in which
    /// the process runs was removed, that of a relative path stays relative, and is none of a file.
    package var url: URL {
        let path = anchored
        let text = path.isAbsolute ? Self.address(path.bytes) : Self.reference(path.bytes)
        return URL(string: text) ?? URL(fileURLWithPath: path.string)
    }

    /// The same as a text, of an absolute path's bytes as they were written.
    package static func address(_ path: [UInt8]) -> String { "file://" + reference(path) }

    private static func reference(_ path: [UInt8]) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/".utf8)
        return path.map { plain.contains($0) ? String(UnicodeScalar($0)) : PercentEscapes.escape($0) }.joined()
    }
}
