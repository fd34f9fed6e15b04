import CaptionerImageProcessing
import Foundation
import Testing

@Suite struct ImageProcessorTests {
    @Test func processesAPictureToTheConfiguredSize() throws {
        var configuration = ImageProcessorConfiguration()
        configuration.size = .init(height: 2, width: 3)
        let image = try RGBImage(width: 2, height: 2, bytes: Array(repeating: 255, count: 12))
        let values = try ImageProcessor(configuration)(image)
        let white: [Float] = [0, 1, 2].map {
            (1 - Float(configuration.imageMean[$0])) / Float(configuration.imageStandardDeviation[$0])
        }
        #expect(values == white.flatMap { Array(repeating: $0, count: 6) })
    }

    @Test func stepsCanBeLeftOut() throws {
        var configuration = ImageProcessorConfiguration()
        configuration.doResize = false
        configuration.doRescale = false
        configuration.doNormalize = false
        let image = try RGBImage(width: 2, height: 1, bytes: [1, 2, 3, 4, 5, 6])
        let processor = try ImageProcessor(configuration)
        #expect(processor.outputSize(of: image) == .init(height: 1, width: 2))
        #expect(processor(image) == [1, 4, 2, 5, 3, 6])
        configuration.doRescale = true
        #expect(try ImageProcessor(configuration)(image)[5] == Float(6 * 0.00392156862745098))
        configuration.doRescale = false
        configuration.doNormalize = true
        configuration.imageMean = [1, 1, 1]
        configuration.imageStandardDeviation = [2, 2, 2]
        #expect(try ImageProcessor(configuration)(image) == [0, 1.5, 0.5, 2, 1, 2.5])
    }

    @Test(arguments: [(0, 5, 0), (-1, -1, 3), (2, 2, 11), (1 << 62, 4, 12), (1 << 62, 1 << 62, 12)])
    func pixelsMustFitTheirSize(width: Int, height: Int, count: Int) {
        #expect(throws: ImageError.invalidPixels(width: width, height: height, byteCount: count)) {
            try RGBImage(width: width, height: height, bytes: Array(repeating: 0, count: count))
        }
    }
}
