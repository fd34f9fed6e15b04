public import ArgumentParser
import Foundation
public import TensorCore

/// Every linear layer of BLIP-2 opt-2.7b, in each precision and by each set of kernels that the processor has.
@main struct Kernels: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel-benchmark",
        abstract: "Times linear layers beside the machine's peak, and prints a Markdown table of medians.")

    @Option(help: "Threads that compute at once.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Option(parsing: .upToNextOption, help: "Rows of x.")
    var rows = [1, 8, 33, 257, 264, 2056]

    @Option(help: "Rounds, of which the median counts.")
    var rounds = 5

    @Option(parsing: .upToNextOption, help: "Layers to time, by name. (default: all)")
    var layer: [String] = []

    @Option(parsing: .upToNextOption, help: "Precisions to time.")
    var precision = Precision.allCases

    @Option(parsing: .upToNextOption, help: "Kernels to time. (default: all that the processor has)")
    var kernels: [String] = []

    @Option(help: "A JSON file for the figures; replaced if it is there.")
    var json: String?

    func validate() throws {
        guard threads >= 1, rounds >= 1, rows.allSatisfy({ $0 >= 1 }) else {
            throw ValidationError("Threads, rounds and rows are at least 1.")
        }
        let known = MatrixKernelSet.supported.map(\.rawValue)
        if let other = kernels.first(where: { !known.contains($0) }) {
            throw ValidationError("Kernels \(other) are not among \(known.joined(separator: ", ")).")
        }
    }

    func run() throws {
        print("\(threads) threads, medians of \(rounds) rounds, \(MatrixKernelSet.portable.description)\n")
        print("| layer | K x N | rows | precision | kernels | GOP/s | share of peak | peak | weights GB/s | library alone |")
        print("|---|---|---|---|---|---|---|---|---|---|")
        var figures: [LinearFigure] = []
        let sets = MatrixKernelSet.supported.filter { kernels.isEmpty || kernels.contains($0.rawValue) }
        for shape in LinearShape.all where layer.isEmpty || layer.contains(shape.name) {
            let weight = try LinearBenchmark.weight(shape)
            for precision in precision {
                let benchmark = try LinearBenchmark(shape, weight: weight, precision: precision)
                for count in rows where count <= 300 || shape.columns < 50_000 {
                    for set in sets {
                        let context = ComputeContext(threadCount: threads, kernels: set)
                        let figure = benchmark.measure(rows: count, kernels: set, context: context, rounds: rounds)
                        figures.append(figure)
                        print(figure.line)
                    }
                }
            }
        }
        guard let json else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(figures).write(to: URL(filePath: json))
    }
}

extension Precision: ExpressibleByArgument {}

extension LinearFigure {
    var line: String {
        let library = libraryGigaOperations.map { String(format: "%.0f", $0) } ?? ""
        return "| \(layer) | \(depth) x \(columns) | \(rows) | \(precision) | \(kernels) | "
            + String(
                format: "%.0f | %.0f %% | %.0f | %.1f | ", gigaOperations, 100 * shareOfPeak, peakGigaOperations,
                weightGigabytes) + "\(library) |"
    }
}
