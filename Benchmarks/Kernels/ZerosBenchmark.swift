import CaptionerTensorCore
import Foundation

/// Times OPT's second feed-forward layer on few rows that a ReLU left with many zeros: with all groups of the depth, and with those
/// that are not zero in all rows. Zeros are drawn independently, so that rows share them by chance alone.
struct ZerosBenchmark {
    let context: ComputeContext
    let rounds: Int
    private let layers: [Linear]
    private static let (depth, columns) = (10240, 2560)

    /// As many layers as no cache holds, as in a decode step.
    init(precision: Precision, context: ComputeContext, rounds: Int) throws {
        self.context = context
        self.rounds = rounds
        let weight = try LinearBenchmark.weight(
            LinearShape(name: "", depth: Self.depth, columns: Self.columns))
        let bias = try Parameter(shape: [Self.columns]) { $0.update(repeating: 0.25) }
        layers = try (0..<24).map { _ in
            Linear(weights: try LinearWeights(rounding: weight, to: precision), bias: bias)
        }
    }

    /// - Parameter zeros: the share of numbers that are zero.
    func measure(rows: Int, zeros: Double) -> ZerosFigure {
        var state: UInt32 = 7
        let x = Tensor(
            (0..<(rows * Self.depth)).map { _ in
                state = state &* 1_664_525 &+ 1_013_904_223
                let number = Double(state >> 8) / Double(1 << 24)
                return number < zeros ? 0 : Float(number)
            }, shape: [rows, Self.depth], in: context)
        let target = Tensor(shape: [rows, Self.columns], in: context)
        var (dense, sparse): ([Double], [Double]) = ([], [])
        for _ in 0...rounds {
            for expectsZeros in [false, true] {
                let time = Kernels.seconds {
                    for layer in layers { layer.add(x, to: target, expectsZeros: expectsZeros, in: context) }
                }
                if expectsZeros { sparse.append(time) } else { dense.append(time) }
            }
        }
        return ZerosFigure(
            rows: rows, zeros: zeros, microseconds: median(dense.dropFirst().map { $0 / Double(layers.count) * 1e6 }),
            ratio: median(zip(dense, sparse).dropFirst().map { $0 / $1 }))
    }
}

/// What came out for a number of rows and a share of zeros.
struct ZerosFigure: Codable {
    let rows: Int
    let zeros: Double
    /// With all groups.
    let microseconds: Double
    /// How many times as fast the layer is without groups of zeros.
    let ratio: Double
    var precision = ""
    var kernels = ""

    var line: String {
        "| \(precision) | \(kernels) | \(rows) | "
            + String(format: "%.0f %% | %.0f | %.2f |", 100 * zeros, microseconds, ratio)
    }
}
