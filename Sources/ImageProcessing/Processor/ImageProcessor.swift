/// Makes images ready for a vision model, bit for bit as transformers' `BlipImageProcessorPil` and `CLIPImageProcessorPil`
/// do: scaling to a fixed size, or of the shorter side with the middle cut out, then rescaling and normalisation.
package struct ImageProcessor: Sendable {
    package let configuration: ImageProcessorConfiguration
    private let normalization: NormalizationTable

    /// - Throws: `ImageError.invalidConfiguration` naming the field that cannot be honoured.
    package init(_ configuration: ImageProcessorConfiguration) throws(ImageError) {
        try configuration.validate()
        self.configuration = configuration
        normalization = NormalizationTable(configuration)
    }

    private var recipe: ResizingRecipe {
        ResizingRecipe(
            configuration.fitting, filter: ResamplingFilter(rawValue: configuration.resample) ?? .bicubic,
            squareColor: configuration.squareColor)
    }

    /// The size that `image` comes out with: the configuration's, or its own when images are not resized.
    package func outputSize(of image: RGBImage) -> ImageSize { recipe.size(of: image) }

    /// How an image of a size is cut into tiles; nil where images are not.
    package func grid(of size: ImageSize) -> TileGrid? { configuration.tiling?.grid(of: size) }

    /// Scales and normalises an image.
    /// - Returns: `[3, H, W]`, the sizes being those of `outputSize`; of an image in tiles `[N, 3, H, W]`.
    package func callAsFunction(_ image: RGBImage) -> [Float] {
        let image = image.flattened(configuration.transparency)
        guard let tiling = configuration.tiling else { return normalized(recipe(image)) }
        let filter = ResamplingFilter(rawValue: configuration.resample) ?? .lanczos
        return tiling.tiles(of: image, filter: filter).flatMap(normalized)
    }

    private func normalized(_ resized: RGBImage) -> [Float] {
        [Float](unsafeUninitializedCapacity: resized.bytes.count) { output, initializedCount in
            normalization.apply(
                to: resized.bytes, output: UnsafeMutableBufferPointer(rebasing: output[..<resized.bytes.count]))
            initializedCount = resized.bytes.count
        }
    }
}
