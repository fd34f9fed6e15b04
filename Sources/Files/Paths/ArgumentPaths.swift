package import SystemPackage

/// The process's arguments as texts, of which those that are not UTF-8 still lead to the paths that they mean.
package struct ArgumentPaths: Sendable {
    /// Without the program's name.
    package let arguments: [String]
    /// What was not UTF-8, by the text that replaces it: whole arguments, and what follows an equals sign in an option.
    private let others: [[UInt8]: [UInt8]]

    /// - Parameter raw: bytes of each argument, the program's name left out.
    package init(_ raw: [[UInt8]]) {
        // Texts that mean themselves.
        let taken = Set(raw + raw.compactMap(Self.value))
        var others: [[UInt8]: [UInt8]] = [:]
        func name(_ bytes: [UInt8]) -> String {
            if let text = String(validating: bytes, as: UTF8.self) { return text }
            var text = FilePath(bytes: bytes).escaped
            while taken.contains(Array(text.utf8)) { text += "%" }
            others[Array(text.utf8)] = bytes
            return text
        }
        arguments = raw.map { bytes in
            guard let value = Self.value(of: bytes) else { return name(bytes) }
            let text = name(Array(bytes.dropLast(value.count))) + name(value)
            // The whole may be a path, too.
            if !text.utf8.elementsEqual(bytes) { others[Array(text.utf8)] = bytes }
            return text
        }
        self.others = others
    }

    /// What follows the equals sign of `--output=PATH`.
    private static func value(of argument: [UInt8]) -> [UInt8]? {
        guard argument.first == UInt8(ascii: "-"), let sign = argument.firstIndex(of: UInt8(ascii: "=")) else {
            return nil
        }
        return Array(argument[(sign + 1)...])
    }

    /// The path that an argument, or the value in one, means.
    package func path(_ argument: String) -> FilePath {
        others[Array(argument.utf8)].map { FilePath(bytes: $0) } ?? FilePath(exactly: argument)
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
