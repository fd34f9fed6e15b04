import ArgumentParser
import CaptionerRecaption
import SystemPackage

/// `caption-images merge SHARD... -o FILE`: one output of those of all shards.
struct MergeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Merges the outputs of all shards.",
        discussion: """
            Checks that the shards belong to one run, and that each is there once, finished and complete. The output is \
            byte for byte what one run writes. Exit status: 0 merged, 1 could not, 128 + N interrupted by signal N, 64 \
            wrong usage.
            """)

    @Argument(help: "The outputs of all shards, in any order.")
    var shard: [FilePath]

    @OptionGroup var file: NewFileOptions

    func run() async throws {
        try await reportingErrors {
            Signals.respond(.cancel)
            let merge = try ShardMerge(shard)
            let counts = try merge(to: file.output, overwrites: file.overwrite)
            Console.write("\(counts.rows) rows and \(counts.errors) error records of \(shard.count) shards merged\n")
        }
    }
}
