import CaptionerFiles
import Foundation
public import SystemPackage

/// The files of a run whose output is a file.
public struct RunFiles: Sendable, Equatable {
    /// The file that was asked for.
    public let output: FilePath

    public init(output: FilePath) { self.output = output }

    public init(output: String) { self.init(output: FilePath(exactly: output)) }

    /// Of the run whose rows a training file is made of.
    public init(trainingFile: FilePath) { self.init(output: trainingFile.suffixed(Self.trainingRowsSuffix)) }

    /// What has no caption, and why.
    public var errors: FilePath { output.suffixed(Self.suffixes[0]) }
    /// How the output was made.
    public var description: FilePath { output.suffixed(Self.suffixes[1]) }
    var all: [FilePath] { [output, errors, description] }
    /// Where captions are tried again: a run of its own, which takes the output's place when it is done.
    var retry: RunFiles { RunFiles(output: output.suffixed(".retry")) }

    /// What is added to the name of a training file for the rows that it is made of.
    public static let trainingRowsSuffix = ".rows.jsonl"

    /// What the names of the files beside an output end with.
    public static let suffixes = [".errors.jsonl", ".run.json"]

    /// Removes all of them; of links, what they lead to.
    /// - Throws: `RecaptionError.unwritableOutput`, also when another run is writing to them.
    func remove() throws {
        let log = output.exists ? try OutputLog(path: output) : nil
        defer { withExtendedLifetime(log) {} }
        for path in [description, errors, output] { try path.written.remove() }
    }

    /// Puts the files of a run that tried again in the place of these. If that was interrupted, it is done once more.
    /// - Throws: `RecaptionError.unwritableOutput`.
    func adoptRetry() throws {
        guard let description = try? RunDescription(path: retry.description), description.replacesOutput else { return }
        if description.errorCount == 0 { try errors.remove() }
        for (old, new) in [
            (retry.errors, errors), (retry.output, output), (retry.description, self.description),
        ] where old.renamed(to: new) != 0 && errno != ENOENT {
            throw RecaptionError.unwritableOutput(new, code: errno)
        }
    }
}

extension FilePath {
    /// Removes a file of a run, if it is there.
    /// - Throws: `RecaptionError.unwritableOutput`.
    func remove() throws {
        guard unlinked() == 0 || errno == ENOENT else { throw RecaptionError.unwritableOutput(self, code: errno) }
    }
}
