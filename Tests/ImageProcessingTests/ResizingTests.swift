import CaptionerImageProcessing
import TestSupport
import Testing

/// The fast filter gives what the one written for reading gives.
@Suite struct ResizingTests {
    // The longest have thousands of negative weights for a pixel.
    @Test(
        arguments: [
            (1, 1, 1, 1), (1, 1, 7, 5), (1, 40, 9, 9), (40, 1, 9, 9), (2, 2, 3, 3), (3, 2, 2, 3),
            (16, 16, 16, 16), (16, 9, 16, 31), (9, 16, 31, 16), (33, 17, 5, 6), (5, 6, 33, 17),
            (100, 3, 11, 40), (3, 100, 40, 11), (257, 4, 1, 1), (4, 257, 1, 1), (64, 48, 21, 20), (500, 2, 3, 2),
            (20_000, 1, 2, 1), (2, 20_000, 20, 2),
        ], [ResamplingFilter.lanczos, .bilinear, .bicubic])
    func equalsTheScalarFilter(sizes: (Int, Int, Int, Int), filter: ResamplingFilter) throws {
        let (width, height, newWidth, newHeight) = sizes
        var generator = SplitMix64(seed: UInt64(width * 1000 + height))
        // Noise of extremes, so that overshoot is clipped at both ends.
        let samples = (0..<(width * height * 3)).map { _ -> UInt8 in
            [0, 255, .random(in: 0...255, using: &generator)].randomElement(using: &generator) ?? 0
        }
        let image = try RGBImage(width: width, height: height, bytes: samples)
        let resized = image.resized(width: newWidth, height: newHeight, filter: filter)
        #expect((resized.width, resized.height) == (newWidth, newHeight))
        #expect(
            resized.bytes
                == ScalarResampling(filter: filter).resize(
                    samples, width: width, height: height, newWidth: newWidth, newHeight: newHeight))
    }

    @Test(arguments: [0, 1, 127, 255] as [UInt8]) func aPlainPictureStaysPlain(value: UInt8) throws {
        let image = try RGBImage(width: 19, height: 23, bytes: Array(repeating: value, count: 19 * 23 * 3))
        for (width, height) in [(7, 5), (50, 41), (19, 2), (1, 23)] {
            #expect(image.resized(width: width, height: height).bytes.allSatisfy { $0 == value })
        }
    }

    @Test func extremeShrinkingStaysInBounds() throws {
        let image = try RGBImage(width: 20_000, height: 2, bytes: Array(repeating: 200, count: 120_000))
        #expect(image.resized(width: 1, height: 1).bytes == [200, 200, 200])
    }
}
