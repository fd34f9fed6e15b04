public import ArgumentParser
import CaptionerFiles
public import SystemPackage

// Paths are bytes: an argument that is not UTF-8 means the file that it names.

extension FilePath: @retroactive ExpressibleByArgument {
    public static var defaultCompletionKind: CompletionKind { .file() }

    public init?(argument: String) { self = ArgumentPaths.ofProcess.path(argument) }
}

extension FilePath {
    /// Checks the value of `--output` where a file or folder of that name will be made.
    /// - Throws: `ValidationError`.
    func checkOutputName() throws {
        if isEmpty { throw ValidationError("--output is empty.") }
        if self == "-" {
            throw ValidationError(
                "--output is -, expected a name; ./- is a file called -.")
        }
    }
}

extension GivenPath: ExpressibleByArgument {
    public static var defaultCompletionKind: CompletionKind { .file() }

    public init?(argument: String) { self = ArgumentPaths.ofProcess.given(argument) }
}

extension ArgumentPaths {
    /// Checks that texts were given in UTF-8: what stands for other bytes is a name of a path, and no text.
    /// - Parameter options: their names and values.
    /// - Throws: `ValidationError`.
    static func checkTexts(_ options: [(name: String, values: [String])]) throws {
        for (name, values) in options {
            guard let value = values.first(where: { ofProcess.given($0).given == nil }) else { continue }
            throw ValidationError("\(name) is \(value.shortened), which is not UTF-8.")
        }
    }
}
