import ArgumentParser
import CaptionerFiles
import SystemPackage

/// The file that a command makes.
struct NewFileOptions: ParsableArguments {
    @Option(name: [.short, .long], help: "The file to write.")
    var output: FilePath

    @Flag(help: "Replace the output if it is there.")
    var overwrite = false

    func validate() throws { try output.checkOutputName() }

    /// - Throws: `FileError.outputExists` for a file that is there and is not to be replaced.
    func check() throws {
        guard overwrite || !OutputFile.exists(output) else { throw FileError.outputExists(path: output.escaped) }
    }
}
