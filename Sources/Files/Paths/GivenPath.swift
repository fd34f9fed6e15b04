package import SystemPackage

/// A path and the text by which it was named, which records and messages repeat: `./a//b.jpg` stays that.
package struct GivenPath: Sendable, Equatable, CustomStringConvertible {
    package let path: FilePath
    package let text: String

    /// The text as it was given, which may be an address and no path; nil for a path that is not UTF-8.
    package let given: String?

    /// A path that is written in UTF-8.
    package init(_ text: String) {
        path = FilePath(exactly: text)
        self.text = FilePath.escaped(Array(text.utf8))
        given = text
    }

    package init(_ path: FilePath) {
        self.path = path
        text = path.escaped
        given = nil
    }

    /// The path's bytes as they were given.
    package var bytes: [UInt8] { given.map { Array($0.utf8) } ?? path.bytes }

    package var description: String { text }
}
