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
