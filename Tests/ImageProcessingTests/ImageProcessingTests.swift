import ImageProcessing
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
}
