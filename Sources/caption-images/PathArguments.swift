public import ArgumentParser
import CaptionerFiles
public import SystemPackage

// Paths are bytes: an argument that is not UTF-8 means the file that it names.

extension FilePath: @retroactive ExpressibleByArgument {
    public init?(argument: String) { self = ArgumentPaths.ofProcess.path(argument) }
}

extension GivenPath: ExpressibleByArgument {
    public init?(argument: String) { self = ArgumentPaths.ofProcess.given(argument) }
}
