import CaptionerTensorCore
import Testing

@Suite struct DepthwiseConvolutionTests {
    /// Images smaller than the window, one pixel, and channels around the widths of vectors.
    static let sizes = [(1, 1, 1, 7), (2, 2, 5, 7), (1, 3, 8, 3), (3, 9, 17, 7), (1, 13, 70, 5), (2, 8, 33, 1)]

    @Test(arguments: MatrixKernelSet.supported, sizes)
    func equalsScalarLoop(
        kernels: MatrixKernelSet, sizes: (batch: Int, grid: Int, channels: Int, window: Int)
    ) throws {
        let (batch, grid, channels, window) = sizes
        var numbers = Numbers(seed: 31)
        let x = numbers.next(batch * grid * grid * channels)
        let (weight, bias) = (numbers.next(channels * window * window), numbers.next(channels))
        let convolution = try DepthwiseConvolution(
            weight: parameter(weight, [channels, 1, window, window]), bias: parameter(bias, [channels]))
        var expected = [Double](repeating: 0, count: x.count)
        for (place, pixel) in (0..<(batch * grid * grid)).enumerated() {
            let (image, inImage) = pixel.quotientAndRemainder(dividingBy: grid * grid)
            let (row, column) = inImage.quotientAndRemainder(dividingBy: grid)
            for channel in 0..<channels {
                var sum = Double(bias[channel])
                for tap in 0..<(window * window) {
                    let (y, z) = (row + tap / window - window / 2, column + tap % window - window / 2)
                    guard (0..<grid).contains(y), (0..<grid).contains(z) else { continue }
                    sum +=
                        Double(x[((image * grid + y) * grid + z) * channels + channel])
                        * Double(weight[channel * window * window + tap])
                }
                expected[place * channels + channel] = sum
            }
        }
        let results = [1, 3].map { threads in
            let context = ComputeContext(threadCount: threads, kernels: kernels)
            let images = Tensor(x, shape: [batch, grid * grid, channels], in: context)
            return convolution(images, gridSize: grid, in: context).array()
        }
        #expect(relativeError(results[0], expected) < 1e-6, "\(kernels)")
        #expect(results[0] == results[1])
    }
}
