import Foundation
import TensorCore

/// One layer's weight, and what it takes to multiply with it.
struct Product {
    private let depth: Int
    private let columns: Int
    private let weight: Parameter  // [N, K]
    private let contexts: [MatrixKernelSet: ComputeContext]

    init(depth: Int, columns: Int, threads: Int) throws {
        self.depth = depth
        self.columns = columns
        var state: UInt32 = 1
        weight = try Parameter(shape: [columns, depth]) { floats in
            for index in floats.indices {
                state = state &* 1_664_525 &+ 1_013_904_223
                floats[index] = Float(state >> 8) / Float(1 << 24) - 0.5
            }
        }
        contexts = Dictionary(
            uniqueKeysWithValues: MatrixKernelSet.supported.map {
                ($0, ComputeContext(threadCount: threads, kernels: $0))
            })
    }

    /// A line of the table.
    func measure(_ name: String, rows: Int, paths: [Path], rounds: Int) -> String {
        guard let context = contexts[.portable] else { return "" }
        let x = Tensor((0..<(rows * depth)).map { Float($0 % 1013) / 1013 - 0.5 }, shape: [rows, depth], in: context)
        let target = Tensor(shape: [rows, columns], in: context)
        let operations = 2 * Double(rows) * Double(depth) * Double(columns)
        // Short products are repeated, so that each measurement takes some hundredths of a second.
        let repetitions = max(1, Int(2e9 / operations))
        var speeds = paths.map { _ in [Double]() }
        var peaks: [Double] = []
        for round in 0...rounds {
            var figures: [Double] = []
            let peak = context.multiplyAddPeak(.float32)
            for path in paths {
                let seconds = seconds { for _ in 0..<repetitions { multiply(x, into: target, path) } }
                figures.append(operations * Double(repetitions) / seconds / 1e9)
            }
            // The first round warms up.
            guard round > 0 else { continue }
            peaks.append(peak / 1e9)
            for index in paths.indices { speeds[index].append(figures[index]) }
        }
        let peak = median(peaks)
        let medians = speeds.map(median)
        let cells = medians.map { String(format: "%.0f (%.0f %%)", $0, 100 * $0 / peak) }.joined(separator: " | ")
        let ratios = zip(speeds[0], speeds[speeds.count - 1]).map { $0 / $1 }
        return "| \(name) | \(depth) x \(columns) | \(rows) | \(cells) | \(String(format: "%.0f", peak)) | "
            + String(format: "%.2f |", median(ratios))
    }

    private func multiply(_ x: borrowing Tensor, into target: borrowing Tensor, _ path: Path) {
        switch path {
        case .kernels(let kernels):
            guard let context = contexts[kernels] else { return }
            Linear(weight: weight, bias: nil).multiply(x, into: target, in: context)
        case .libraryAlone:
            guard let context = contexts[.portable] else { return }
            multiplyWithLibraryAlone(x, weight: weight, into: target, in: context)
        }
    }

    private func seconds(_ body: () -> Void) -> Double {
        let start = ContinuousClock.now
        body()
        return (ContinuousClock.now - start) / .seconds(1)
    }

    private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
