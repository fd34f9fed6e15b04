package import SystemPackage

/// A path and the text by which it was named, which records and messages repeat: `./a//b.jpg` stays that.
package struct GivenPath: Sendable, Equatable, CustomStringConvertible {
    package let path: FilePath
    package let text: String

    /// A path that is written in UTF-8.
    package init(_ text: String) {
        path = FilePath(exactly: text)
        // A text that could be mistaken for an escaped path is escaped itself.
        let escaped = path.escaped
        self.text = escaped.utf8.contains(UInt8(ascii: "%")) ? escaped : text
    }

    package init(_ path: FilePath) {
        self.path = path
        text = path.escaped
    }

    package var description: String { text }
}
