/// What each of the 256 values that a sample can have becomes, for each channel.
///
/// transformers computes the same for every pixel: in float64 the product with the rescale factor, rounded to float32,
/// and in float32 the difference from the mean and the quotient by the standard deviation.
struct NormalizationTable {
    /// `[3, 256]`
    let values: [Float]

    /// - Parameter configuration: validated.
    init(_ configuration: ImageProcessorConfiguration) {
        values = (0..<3).flatMap { channel in
            (0..<256).map { sample in
                let rescaled =
                    configuration.doRescale ? Float(Double(sample) * configuration.rescaleFactor) : Float(sample)
                guard configuration.doNormalize else { return rescaled }
                return (rescaled - Float(configuration.imageMean[channel]))
                    / Float(configuration.imageStandardDeviation[channel])
            }
        }
    }

    /// Looks up every sample and parts the channels.
    /// - Parameters:
    ///   - rgb: `[H * W, 3]`
    ///   - output: `[3, H * W]`
    func apply(to rgb: [UInt8], output: UnsafeMutableBufferPointer<Float>) {
        let pixelCount = rgb.count / 3
        precondition(output.count == rgb.count, "expected room for \(rgb.count) floats, found \(output.count)")
        rgb.withUnsafeBufferPointer { rgb in
            values.withUnsafeBufferPointer { values in
                for channel in 0..<3 {
                    let row = UnsafeBufferPointer(rebasing: values[(channel * 256)..<(channel * 256 + 256)])
                    let plane = UnsafeMutableBufferPointer(rebasing: output[(channel * pixelCount)...])
                    for pixel in 0..<pixelCount {
                        plane.initializeElement(at: pixel, to: row[Int(rgb[pixel &* 3 &+ channel])])
                    }
                }
            }
        }
    }
}
