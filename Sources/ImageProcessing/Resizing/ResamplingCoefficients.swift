/// Which input pixels along one axis make up each output pixel, and with what weights.
///
/// The filter is widened when shrinking so that no input pixel is passed over; weights are computed in double and rounded
/// to fixed point, operation for operation as in Pillow's `Resample.c`.
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

    /// - Parameter outputs: which of the output pixels.
    init(inputSize: Int, outputSize: Int, outputs: Range<Int>, filter: ResamplingFilter = .bicubic) {
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
    }

    /// The same in reach of pointers, for loops without bounds checks.
    struct Lent {
        let outputCount: Int
        let starts: UnsafePointer<Int>
        fileprivate let counts: UnsafePointer<Int>
        fileprivate let weights: UnsafePointer<Int32>
        fileprivate let stride: Int

        /// One weight for each input pixel of an output pixel.
        @inline(__always)
        func weights(of output: Int) -> UnsafeBufferPointer<Int32> {
            UnsafeBufferPointer(start: weights + output &* stride, count: counts[output])
        }
    }

    /// Lends all to `body`, which must not let it out.
    func lend(to body: (Lent) -> Void) {
        starts.withUnsafeBufferPointer { starts in
            counts.withUnsafeBufferPointer { counts in
                weights.withUnsafeBufferPointer { weights in
                    guard let starts = starts.baseAddress, let counts = counts.baseAddress,
                        let weights = weights.baseAddress
                    else { return }
                    body(
                        Lent(outputCount: outputCount, starts: starts, counts: counts, weights: weights, stride: stride)
                    )
                }
            }
        }
    }

    private static func fixedPoint(_ weight: Double) -> Int32 {
        let scaled = weight * Double(1 << fractionBits)
        return Int32(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
    }
}
