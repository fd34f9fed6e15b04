/// Which input pixels along one axis make up each output pixel, and with what weights.
///
/// The filter is widened when shrinking so that no input pixel is passed over; weights are computed in double and rounded to
/// fixed point, operation for operation as in Pillow's `Resample.c`.
struct ResamplingCoefficients {
    /// Bits after the binary point of a weight.
    static let fractionBits: Int32 = 22

    /// How many output pixels there are.
    var outputCount: Int { starts.count }

    /// The first input pixel of each output pixel.
    private let starts: [Int]
    /// How many input pixels each output pixel has.
    private let counts: [Int]
    /// The weights of output pixel `i` begin at `i * stride`.
    private let weights: [Int32]
    private let stride: Int
    /// The weights two by two, each pair as ``WeightedSum`` multiplies with it; those of output pixel `i` begin at
    /// `i * pairStride`.
    private let pairs: [WeightedSum.Pair]
    private var pairStride: Int { (stride + 1) / 2 }

    /// - Parameter outputs: which of the output pixels.
    init(inputSize: Int, outputSize: Int, outputs: Range<Int>, filter: ResamplingFilter) {
        let scale = Double(inputSize) / Double(outputSize)
        let filterScale = max(scale, 1)
        let support = filter.support * filterScale
        let reciprocal = 1 / filterScale
        stride = Int(support.rounded(.up)) * 2 + 1
        var starts: [Int] = []
        var counts: [Int] = []
        var weights = [Int32](repeating: 0, count: outputs.count * stride)
        for (place, output) in outputs.enumerated() {
            let center = (Double(output) + 0.5) * scale
            let start = max(Int(center - support + 0.5), 0)
            let end = min(Int(center + support + 0.5), inputSize)
            let exact = (start..<end).map { filter.weight(at: (Double($0) - center + 0.5) * reciprocal) }
            let sum = exact.reduce(0, +)
            for (tap, weight) in exact.enumerated() {
                weights[place * stride + tap] = Self.fixedPoint(sum == 0 ? weight : weight / sum)
            }
            starts.append(start)
            counts.append(end - start)
        }
        self.starts = starts
        self.counts = counts
        self.weights = weights
        let stride = stride
        pairs = (0..<starts.count).flatMap { place in
            Swift.stride(from: 0, to: stride, by: 2).map { tap in
                let start = place * stride + tap
                return WeightedSum.Pair(weights[start], tap + 1 < stride ? weights[start + 1] : 0)
            }
        }
    }

    /// The same in reach of pointers, for loops without bounds checks.
    struct Lent {
        let outputCount: Int
        let starts: UnsafePointer<Int>
        fileprivate let counts: UnsafePointer<Int>
        fileprivate let weights: UnsafePointer<Int32>
        fileprivate let stride: Int
        fileprivate let pairs: UnsafePointer<WeightedSum.Pair>
        fileprivate let pairStride: Int

        /// The weights of the input pixels of an output pixel.
        @inline(__always)
        func weights(of output: Int) -> Weights {
            Weights(count: counts[output], single: weights + output &* stride, pairs: pairs + output &* pairStride)
        }
    }

    /// Those of one output pixel. Where the count is odd, the last pair's second weight is 0.
    struct Weights {
        let count: Int
        let single: UnsafePointer<Int32>
        let pairs: UnsafePointer<WeightedSum.Pair>
    }

    /// Lends all to `body`, which must not let it out.
    func lend(to body: (Lent) -> Void) {
        starts.withUnsafeBufferPointer { starts in
            counts.withUnsafeBufferPointer { counts in
                weights.withUnsafeBufferPointer { weights in
                    pairs.withUnsafeBufferPointer { pairs in
                        guard let starts = starts.baseAddress, let counts = counts.baseAddress,
                            let weights = weights.baseAddress, let pairs = pairs.baseAddress
                        else { return }
                        body(
                            Lent(
                                outputCount: outputCount, starts: starts, counts: counts, weights: weights,
                                stride: stride, pairs: pairs, pairStride: pairStride))
                    }
                }
            }
        }
    }

    private static func fixedPoint(_ weight: Double) -> Int32 {
        let scaled = weight * Double(1 << fractionBits)
        return Int32(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
    }
}
