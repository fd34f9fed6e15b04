package import SystemPackage

/// The process's arguments as texts, of which those that are not UTF-8 still lead to the paths that they mean.
package struct ArgumentPaths: Sendable {
    /// Without the program's name.
    package let arguments: [String]
    /// What was not UTF-8, by the text that stands for it.
    private let others: [[UInt8]: [UInt8]]

    /// - Parameter raw: bytes of each argument, the program's name left out.
    package init(_ raw: [[UInt8]]) {
        var taken = Set(raw)
        var others: [[UInt8]: [UInt8]] = [:]
        arguments = raw.map { bytes in
            if let text = String(validating: bytes, as: UTF8.self) { return text }
            var text = FilePath(bytes: bytes).escaped
            // Another argument may be just this text.
            while taken.contains(Array(text.utf8)), others[Array(text.utf8)] != bytes { text += "%" }
            taken.insert(Array(text.utf8))
            others[Array(text.utf8)] = bytes
            return text
        }
        self.others = others
    }

    /// The path that an argument, or a part of one after an equals sign, means.
    package func path(_ argument: String) -> FilePath {
        let bytes = Array(argument.utf8)
        if let path = others[bytes] { return FilePath(bytes: path) }
        // `--output=PATH` is one argument.
        for (text, path) in others where text.count > bytes.count && text.hasSuffix(bytes) && text.contains(0x3D) {
            let start = path.firstIndex(of: 0x3D).map { $0 + 1 } ?? 0
            let value = Array(path[start...])
            if Array(FilePath(bytes: value).escaped.utf8) == bytes { return FilePath(bytes: value) }
        }
        return FilePath(exactly: argument)
    }

    /// The same with the text that records repeat.
    package func given(_ argument: String) -> GivenPath {
        let path = path(argument)
        return path == FilePath(exactly: argument) ? GivenPath(argument) : GivenPath(path)
    }

    /// Those of this process.
    package static let ofProcess = ArgumentPaths(
        (1..<max(Int(CommandLine.argc), 1)).compactMap { index in
            CommandLine.unsafeArgv[index].map { pointer in
                var bytes: [UInt8] = []
                var next = pointer
                while next.pointee != 0 {
                    bytes.append(UInt8(bitPattern: next.pointee))
                    next += 1
                }
                return bytes
            }
        })
}

extension [UInt8] {
    fileprivate func hasSuffix(_ suffix: [UInt8]) -> Bool { self.suffix(suffix.count).elementsEqual(suffix) }
}
