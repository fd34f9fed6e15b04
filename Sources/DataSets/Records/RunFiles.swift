import CaptionerFiles
import Foundation
package import SystemPackage

/// The files of a run whose output is a file.
package struct RunFiles: Sendable, Equatable {
    /// The file that was asked for.
    package let output: FilePath
    /// What has no caption, and why.
    package let errors: FilePath
    /// How the output was made.
    package let description: FilePath

    package init(output: FilePath) {
        self.init(
            output: output, errors: output.suffixed(Self.errorsSuffix),
            description: output.suffixed(Self.descriptionSuffix))
    }

    private init(output: FilePath, errors: FilePath, description: FilePath) {
        (self.output, self.errors, self.description) = (output, errors, description)
    }

    package init(output: String) { self.init(output: FilePath(exactly: output)) }

    /// Of the run whose rows a training file is made of.
    package init(trainingFile: FilePath) { self.init(output: trainingFile.suffixed(Self.trainingRowsSuffix)) }

    package var all: [FilePath] { [output, errors, description] }
    /// All that a run and one that tries again may write.
    package var possible: [FilePath] { all + retry.all }

    /// Where captions are tried again: a run of its own, which takes the output's place when it is done. Each file is in
    /// the folder of the one that it replaces, where a link leads.
    package var retry: RunFiles {
        func place(_ path: FilePath, _ suffix: String) -> FilePath {
            path.linkTarget == nil ? output.suffixed(suffix) : path.written.suffixed(suffix)
        }
        return RunFiles(
            output: place(output, Self.retrySuffix), errors: place(errors, Self.retrySuffix + Self.errorsSuffix),
            description: place(description, Self.retrySuffix + Self.descriptionSuffix))
    }

    /// Where the decisions of a review of the output are.
    package var review: FilePath { output.suffixed(".review.jsonl") }

    /// What is added to the name of a training file for the rows that it is made of.
    package static let trainingRowsSuffix = ".rows.jsonl"

    private static let errorsSuffix = ".errors.jsonl"
    private static let descriptionSuffix = ".run.json"
    private static let retrySuffix = ".retry"

    /// Removes all of them; of links, what they lead to.
    /// - Throws: `FileError.unwritableOutput`, also when another run is writing to them.
    package func remove() throws {
        let log = output.exists ? try OutputLog(path: output) : nil
        defer { withExtendedLifetime(log) {} }
        for path in [description, errors, output] { try path.written.remove() }
    }

    /// Puts the files of a run that tried again in the place of these. If that was interrupted, it is done once more.
    /// - Throws: `FileError.unwritableOutput`.
    package func adoptRetry() throws {
        guard let description = try? RunDescription(path: retry.description), description.replacesOutput else { return }
        if description.errorCount == 0 { try errors.written.remove() }
        for (old, new) in [
            (retry.errors, errors), (retry.output, output), (retry.description, self.description),
        ] where old.renamed(to: new.written) != 0 && errno != ENOENT {
            throw FileError.unwritableOutput(new, code: errno)
        }
    }

    /// Whether a retry is done whose files are not all in their places.
    package var isBeingReplaced: Bool { (try? RunDescription(path: retry.description))?.replacesOutput == true }
}

extension FilePath {
    /// Removes a file of a run, if it is there.
    /// - Throws: `FileError.unwritableOutput`.
    package func remove() throws {
        guard unlinked() == 0 || errno == ENOENT else { throw FileError.unwritableOutput(self, code: errno) }
    }
}
