import CaptionerFiles
package import SystemPackage

/// The files that a pass writes.
package struct PassFiles: Sendable, Equatable {
    /// The rows that are kept.
    package let rows: FilePath
    /// Those that are dropped, and why.
    package let dropped: FilePath
    /// How the rows were made.
    package let description: FilePath
    /// The numbers of kept rows, a line for each; nil where rows have them.
    package let stats: FilePath?

    /// - Parameter output: what the rows are called.
    package init(output: FilePath) {
        rows = output
        dropped = output.suffixed(".dropped.jsonl")
        description = output.suffixed(".pass.json")
        stats = StatsFile.path(of: output)
    }

    /// Those of the pass before captions: a data set beside the output.
    package init(before output: FilePath) {
        rows = output.suffixed(".before.jsonl")
        dropped = rows.suffixed(".dropped.jsonl")
        description = rows.suffixed(".pass.json")
        stats = nil
    }

    package var all: [FilePath] { [rows, dropped, description] + [stats].compactMap { $0 } }
}
