import ArgumentParser
import CaptionerFiles
import SystemPackage

/// The file that a command makes.
struct NewFileOptions: ParsableArguments {
    @Option(name: [.short, .long], help: "The file to write.")
    var output: FilePath

    @Flag(help: "Replace an existing output.")
    var overwrite = false

    func validate() throws {
        try output.checkOutputName()
        try output.checkIsUncompressed("--output")
    }

    /// - Throws: `FileError.outputExists` for a file that is there and is not to be replaced.
    func check() throws {
        guard overwrite || !OutputFile.exists(output) else { throw FileError.outputExists(path: output.escaped) }
    }
}

extension FilePath {
    /// What reads data sets goes by their contents, but other programs by the name.
    /// - Throws: `ValidationError` for the name of a compressed file, which no command writes.
    func checkIsUncompressed(_ option: String) throws {
        guard self.extension == "gz" else { return }
        throw ValidationError("\(option) \(escaped): data sets are read compressed, but not written so.")
    }
}
