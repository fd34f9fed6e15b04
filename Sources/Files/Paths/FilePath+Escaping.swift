package import SystemPackage

extension FilePath {
    /// A path of the same bytes as a text.
    package init(exactly text: some StringProtocol) {
        self = Array(text.utf8).withUnsafeBytes { FilePath(bytes: $0) }
    }

    /// A path of these bytes. What follows a NUL, which no path can hold, is left out.
    package init(bytes: some Sequence<UInt8>) {
        let characters = bytes.prefix { $0 != 0 }.map { CInterop.PlatformChar(bitPattern: $0) } + [0]
        self = characters.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { FilePath(platformString: $0) } ?? FilePath()
        }
    }

    package var bytes: [UInt8] {
        withPlatformString { Array(UnsafeBufferPointer(start: $0, count: length)).map { UInt8(bitPattern: $0) } }
    }

    /// The path as a text that no other path has, for messages and records.
    ///
    /// It is the path itself where that is UTF-8. Of other paths each byte that is not part of a character, and each
    /// percent sign, is written as `%` and two hexadecimal digits: `caf%E9.jpg`. So is each percent sign of a path that
    /// could be mistaken for such a text (`PercentEscapes.areAmbiguous`).
    package var escaped: String { Self.escaped(bytes) }

    /// The same of a path's bytes as they were written.
    package static func escaped(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self), !PercentEscapes.areAmbiguous(in: bytes) { return text }
        return PercentEscapes.escape(bytes)
    }

    /// The path that a text of `escaped` encodes.
    package init(escaped text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes: PercentEscapes.areAmbiguous(in: bytes) ? PercentEscapes.undo(bytes) : bytes)
    }
}
