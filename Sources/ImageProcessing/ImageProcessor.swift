/// Makes pictures ready for a vision model, bit for bit as transformers' `BlipImageProcessorPil` does: bicubic
/// scaling to a fixed size, then rescaling and normalisation.
package struct ImageProcessor: Sendable {
    package let configuration: ImageProcessorConfiguration
    private let normalization: NormalizationTable

    /// - Throws: `ImageError.invalidConfiguration` naming the field that cannot be honoured.
    package init(_ configuration: ImageProcessorConfiguration) throws(ImageError) {
        try configuration.validate()
        self.configuration = configuration
        normalization = NormalizationTable(configuration)
    }

    /// The size that `image` comes out with: the configuration's, or its own when pictures are not resized.
    package func outputSize(of image: RGBImage) -> ImageProcessorConfiguration.Size {
        configuration.doResize
            ? configuration.size : ImageProcessorConfiguration.Size(height: image.height, width: image.width)
    }

    /// Scales and normalises a picture.
    /// - Returns: `[3, H, W]`, the sizes being those of `outputSize`.
    package func callAsFunction(_ image: RGBImage) -> [Float] {
        let size = outputSize(of: image)
        let count = 3 * size.height * size.width
        return [Float](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            self(image, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            initializedCount = count
        }
    }

    /// Scales and normalises a picture into memory that is there already, such as a row of a batch.
    /// - Parameter output: `[3, H, W]`, the sizes being those of `outputSize`.
    package func callAsFunction(_ image: RGBImage, into output: UnsafeMutableBufferPointer<Float>) {
        let size = outputSize(of: image)
        let scaled = image.resized(width: size.width, height: size.height)
        normalization.apply(to: scaled.bytes, output: output)
    }
}
