import ArgumentParser
import Foundation
import TensorCore

/// Every linear layer of BLIP-2 opt-2.7b, by each set of matrix kernels and by OpenBLAS left to itself, in turns.
@main struct Kernels: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel-benchmark",
        abstract: "Times matrix products beside the machine's peak, and prints a Markdown table of medians.")

    @Option(help: "Threads that compute at once.")
    var threads = 1

    @Option(parsing: .upToNextOption, help: "Rows of x.")
    var rows = [1, 8, 33, 257, 264, 2056]

    @Option(help: "Rounds, of which the median counts.")
    var rounds = 7

    @Option(parsing: .upToNextOption, help: "Layers to time, by name. (default: all)")
    var layer: [String] = []

    /// Name, K and N.
    static let layers = [
        ("ViT qkv", 1408, 4224), ("ViT fc1", 1408, 6144), ("ViT fc2", 6144, 1408), ("OPT q", 2560, 2560),
        ("OPT fc1", 2560, 10240), ("OPT fc2", 10240, 2560), ("lm_head", 2560, 50272),
    ]

    func validate() throws {
        guard threads >= 1, rounds >= 1, rows.allSatisfy({ $0 >= 1 }) else {
            throw ValidationError("Threads, rounds and rows are at least 1.")
        }
    }

    func run() throws {
        let paths = MatrixKernelSet.supported.map(Path.kernels) + [.libraryAlone]
        print(
            "GFLOP/s on \(threads) threads, median of \(rounds) rounds in turns; in brackets the share of the peak that"
        )
        print(
            "fused multiply-adds reach beside it. Weights are \(MatrixKernelSet.portable.description)'s rows, read as they lie."
        )
        print("Last column: the fastest of our own against the library alone.\n")
        print("| layer | K x N | rows | " + paths.map(\.name).joined(separator: " | ") + " | peak | ratio |")
        print("|---" + String(repeating: "|---", count: paths.count + 4) + "|")
        for (name, depth, columns) in Self.layers where layer.isEmpty || layer.contains(name) {
            let product = try Product(depth: depth, columns: columns, threads: threads)
            for count in rows where count <= 300 || columns < 50_000 {
                print(product.measure(name, rows: count, paths: paths, rounds: rounds))
            }
        }
    }
}
