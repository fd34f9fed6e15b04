import CaptionerTensorCore
import Foundation

/// Times linear layers: the quantizing or rounding of x, the product, bias and activation, by a context's kernels, in
/// turns with what the processor can do at most.
struct LinearBenchmark {
    let shape: LinearShape
    let precision: Precision
    private let weight: Parameter  // [N, K]
    private let layer: Linear

    /// - Parameter weight: `[N, K]`.
    init(_ shape: LinearShape, weight: Parameter, precision: Precision) throws {
        self.shape = shape
        self.precision = precision
        self.weight = weight
        let bias = try Parameter(shape: [shape.columns]) { $0.update(repeating: 0.25) }
        layer = Linear(weights: try LinearWeights(rounding: weight, to: precision), bias: bias)
    }

    /// Numbers between -0.5 and 0.5 that look like none in particular.
    static func weight(_ shape: LinearShape) throws -> Parameter {
        try Parameter(shape: [shape.columns, shape.depth]) { floats in
            var state: UInt32 = 1
            for index in floats.indices {
                state = state &* 1_664_525 &+ 1_013_904_223
                floats[index] = Float(state >> 8) / Float(1 << 24) - 0.5
            }
        }
    }

    /// The layer on a number of rows, in rounds of which the first warms up.
    func measure(rows: Int, kernels: MatrixKernelSet, context: ComputeContext, rounds: Int) -> LinearFigure {
        let x = Tensor(
            (0..<(rows * shape.depth)).map { Float($0 % 1013) / 1013 - 0.5 }, shape: [rows, shape.depth], in: context)
        let target = Tensor(shape: [rows, shape.columns], in: context)
        let operations = 2 * Double(rows) * Double(shape.depth) * Double(shape.columns)
        // Short products are repeated, so that each measurement takes some hundredths of a second.
        let repetitions = max(1, Int(4e9 / operations))
        let isFloat = precision == .float32
        var (ours, peaks, library): ([Double], [Double], [Double]) = ([], [], [])
        for round in 0...rounds {
            let peak = context.multiplyAddPeak(precision)
            let time = Kernels.seconds { for _ in 0..<repetitions { multiply(x, into: target, in: context) } }
            let librarySeconds =
                isFloat
                ? Kernels.seconds {
                    for _ in 0..<repetitions { multiplyWithLibraryAlone(x, weight: weight, into: target, in: context) }
                } : 0
            guard round > 0 else { continue }
            peaks.append(peak / 1e9)
            ours.append(operations * Double(repetitions) / time / 1e9)
            if isFloat { library.append(operations * Double(repetitions) / librarySeconds / 1e9) }
        }
        return LinearFigure(
            layer: shape.name, depth: shape.depth, columns: shape.columns, rows: rows, precision: precision.rawValue,
            kernels: kernels.name, gigaOperations: median(ours), peakGigaOperations: median(peaks),
            shareOfPeak: median(zip(ours, peaks).map { $0 / $1 }),
            libraryGigaOperations: isFloat ? median(library) : nil,
            weightGigabytes: median(ours) * Double(layer.weightByteCount) / operations)
    }

    private func multiply(_ x: borrowing Tensor, into target: borrowing Tensor, in context: ComputeContext) {
        switch shape.activation {
        case .identity: layer.multiply(x, into: target, in: context)
        case .gelu: layer.multiply(x, activation: .gelu, into: target, in: context)
        case .relu: layer.multiply(x, activation: .relu, into: target, in: context)
        }
    }
}

/// What came out for one layer.
struct LinearFigure: Codable {
    let layer: String
    let depth: Int
    let columns: Int
    let rows: Int
    let precision: String
    let kernels: String
    /// Products and sums, each counted one, in billions a second.
    let gigaOperations: Double
    let peakGigaOperations: Double
    let shareOfPeak: Double
    /// The BLAS library left to itself, for float32.
    let libraryGigaOperations: Double?
    /// Bytes of weights in billions a second: what decides where rows are few.
    let weightGigabytes: Double
}
