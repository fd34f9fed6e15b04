import Testing

@testable import CaptionerTensorCore

/// Against what `torch.nn.functional.interpolate(mode="bilinear", align_corners=False)` makes of the same numbers.
@Suite struct BilinearResamplingTests {
    /// Two planes of four rows and five columns.
    private static let planes: [Float] = (0..<40).map { (index: Int) -> Float in
        let step = (index * index * 7 + 3 * index) % 31
        return Float(Double(step) / 8 - 1.7)
    }
    private static let smaller: [Double] = [
        -1.14444458, -0.908333302, -1.23472214, -0.116666697, 1.04999995, -0.283333361, -0.443055689, 1.65416682,
        0.390278012, -0.213888913, -0.200000018, 0.327777952, -0.720833302, -0.637499988, 0.174999937, -1.50555563,
        0.800000191, -0.255555212,
    ]
    /// The first plane, enlarged.
    private static let larger: [Double] = [
        -1.70000005, -0.985714257, -0.700000107, -1.32500005, -0.699999869, -0.985714376, -1.70000005, -1.52142847,
        -0.60306114, -0.0622448735, -0.432142764, -0.540561259, -0.966581643, -1.47678566, -1.23571432, 0.00918373,
        0.958163261, 0.996428609, -0.285459429, -0.935969412, -1.11964285, -0.387499839, 0.0767856911, 0.603571355,
        1.04999995, -0.0214287192, -0.342857033, -0.199999824, 0.344642639, 0.0283162054, 0.132908314, 0.987500191,
        0.324234873, 0.292347074, 0.603571236, -0.298214465, -0.288010299, 0.224745125, 1.48750007, 1.23239815,
        0.659693897, 0.0321426876, -0.699999988, -0.485714257, 0.282143056, 1.79999995, 1.79999995, 0.889285624,
        -0.324999988,
    ]

    @Test(arguments: [1, 3]) func planesEqualTorch(threads: Int) {
        let context = ComputeContext(threadCount: threads)
        let images = Tensor(Self.planes, shape: [1, 2, 4, 5], in: context)
        #expect(relativeError(bilinearPlanes(images, size: 3, in: context).array(), Self.smaller) < 1e-6)
        let first = Tensor(Self.planes.prefix(20), shape: [1, 1, 4, 5], in: context)
        #expect(relativeError(bilinearPlanes(first, size: 7, in: context).array(), Self.larger) < 1e-6)
        #expect(
            bilinearPlanes(Tensor(Self.planes.prefix(16), shape: [1, 1, 4, 4], in: context), size: 4, in: context)
                .array() == Array(Self.planes.prefix(16)))
    }

    /// Channels that lie side by side get the numbers of planes.
    @Test(arguments: [1, 7, 8, 19]) func pixelsEqualPlanes(channels: Int) {
        let source: [Float] = Self.planes.prefix(20).flatMap { (value: Float) -> [Float] in
            (0..<channels).map { value * Float($0 + 1) }
        }
        source.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let image = BilinearImage(
                borrowing: base, rows: BilinearAxis(from: 4, to: 7), columns: BilinearAxis(from: 5, to: 7),
                channelCount: channels)
            for pixel in 0..<49 {
                var found = [Float](repeating: 0, count: channels)
                found.withUnsafeMutableBufferPointer { target in
                    guard let start = target.baseAddress else { return }
                    image.copyPixel(row: pixel / 7, column: pixel % 7, into: start)
                }
                for channel in 0..<channels {
                    #expect(abs(Double(found[channel]) / Double(channel + 1) - Self.larger[pixel]) < 2e-6)
                }
            }
        }
    }
}
