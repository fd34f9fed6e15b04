import ArgumentParser
import CaptionerTensorCore
import Foundation

/// Every linear layer of BLIP-2 opt-2.7b, in each precision and by each set of kernels that the processor has, and what
/// else a caption takes.
@main struct Kernels: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel-benchmark",
        abstract: "Times the kernels, and prints Markdown tables of medians beside the peaks of the machine.")

    @Option(help: "Threads that compute at once.")
    var threads = ProcessorCount.available

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

    @Option(parsing: .upToNextOption, help: "Images to decode and resize.")
    var pictures: [String] = []

    @Flag(help: "Leave the linear layers out.")
    var noLayers = false

    @Flag(help: "Leave what is no linear layer out.")
    var noOperations = false

    @Flag(help: "Time a layer on rows with many zeros.")
    var zeros = false

    @Option(help: "A JSON file for the figures; replaced if it is there.")
    var json: String?

    func validate() throws {
        guard threads >= 1, rounds >= 1, rows.allSatisfy({ $0 >= 1 }) else {
            throw ValidationError("Threads, rounds and rows are at least 1.")
        }
        let known = MatrixKernelSet.supported.map(\.name)
        if let other = kernels.first(where: { !known.contains($0) }) {
            throw ValidationError("Kernels \(other) are not among \(known.joined(separator: ", ")).")
        }
    }

    func run() throws {
        // The BLAS library, which the products are compared with.
        try MatrixKernelSet.portable.prepare()
        var report = KernelReport(threads: threads, rounds: rounds)
        let sets = MatrixKernelSet.supported.filter { kernels.isEmpty || kernels.contains($0.name) }
        print(
            "\(report.processor), \(threads) threads, medians of \(rounds) rounds, \(report.library), \(report.date)\n")
        try measureRoofs(sets, into: &report)
        if !noLayers { try measureLayers(sets, into: &report) }
        if zeros { try measureZeros(sets, into: &report) }
        if !noOperations { try measureOperations(sets, into: &report) }
        if let json { try report.write(to: json) }
    }

    private func measureRoofs(_ sets: [MatrixKernelSet], into report: inout KernelReport) throws {
        print("| roof | |\n|---|---|")
        for set in sets {
            let context = ComputeContext(threadCount: threads, kernels: set)
            // New threads may share a processor until the system has moved them.
            for _ in 0..<50 { _ = context.multiplyAddPeak(.float32) }
            for precision in Precision.allCases {
                let peak = median((0..<rounds).map { _ in context.multiplyAddPeak(precision) }) / 1e9
                report.roofs["\(precision.rawValue) \(set.name), GOP/s"] = peak
                print("| multiply-adds on registers, \(precision.rawValue), \(set.name) | \(Int(peak)) GOP/s |")
            }
        }
        if let set = sets.first {
            let context = ComputeContext(threadCount: threads, kernels: set)
            let bandwidth = median(try (0..<rounds).map { _ in try context.readBandwidth() }) / 1e9
            report.roofs["read, GB/s"] = bandwidth
            print("| memory read | \(String(format: "%.1f", bandwidth)) GB/s |")
        }
    }

    private func measureLayers(_ sets: [MatrixKernelSet], into report: inout KernelReport) throws {
        print(
            "\n| layer | K x N | rows | precision | kernels | GOP/s | share of peak | peak | weights GB/s | library alone |"
        )
        print("|---|---|---|---|---|---|---|---|---|---|")
        for shape in LinearShape.all where layer.isEmpty || layer.contains(shape.name) {
            let weight = try LinearBenchmark.weight(shape)
            for precision in precision {
                let benchmark = try LinearBenchmark(shape, weight: weight, precision: precision)
                // The head sees no more rows than there are sequences.
                for count in rows where count <= 300 || shape.columns < 50_000 {
                    for set in sets {
                        let context = ComputeContext(threadCount: threads, kernels: set)
                        let figure = benchmark.measure(rows: count, kernels: set, context: context, rounds: rounds)
                        report.layers.append(figure)
                        print(figure.line)
                    }
                }
            }
        }
    }

    private func measureZeros(_ sets: [MatrixKernelSet], into report: inout KernelReport) throws {
        print(
            "\n| precision | kernels | rows | zeros | microseconds with all groups | ratio |\n|---|---|---|---|---|---|"
        )
        for precision in precision where precision != .float32 {
            for set in sets {
                let context = ComputeContext(threadCount: threads, kernels: set)
                let benchmark = try ZerosBenchmark(precision: precision, context: context, rounds: rounds)
                for count in rows where count <= 16 {
                    for share in [0, 0.5, 0.75, 0.9, 0.97] {
                        var figure = benchmark.measure(rows: count, zeros: share)
                        (figure.precision, figure.kernels) = (precision.rawValue, set.name)
                        report.zeros.append(figure)
                        print(figure.line)
                    }
                }
            }
        }
    }

    private func measureOperations(_ sets: [MatrixKernelSet], into report: inout KernelReport) throws {
        print("\n| operation | kernels | | |\n|---|---|---|---|")
        for set in sets {
            let context = ComputeContext(threadCount: threads, kernels: set)
            report.operations += try OperationBenchmark(kernels: set, context: context, rounds: rounds).measure()
        }
        report.operations += try OperationBenchmark.pictures(
            rounds: rounds, files: pictures.map { URL(filePath: $0) })
        for figure in report.operations { print(figure.line) }
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
