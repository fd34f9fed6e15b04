/// `preprocess_cfg` of `open_clip_config.json`; what is left out has open_clip's defaults.
///
/// Images are converted to RGB first, as transformers and Data-Juicer do; open_clip resizes them as they are stored, which
/// differs for palettes and transparency.
package struct OpenCLIPPreprocessing: Decodable, Sendable {
    private var mean: [Double]?
    private var standardDeviation: [Double]?
    private var interpolation: String?
    private var resizeMode: String?
    private var fillColor: Int?

    private enum CodingKeys: String, CodingKey {
        case mean
        case standardDeviation = "std"
        case interpolation
        case resizeMode = "resize_mode"
        case fillColor = "fill_color"
    }

    /// open_clip's defaults.
    package init() {}

    /// The same as the processor takes it.
    /// - Parameter imageSize: pixels along each side of the model's input.
    /// - Throws: `ImageError.invalidConfiguration` for what is not supported.
    package func configuration(imageSize: Int) throws(ImageError) -> ImageProcessorConfiguration {
        var result = ImageProcessorConfiguration()
        result.size = ImageSize(height: imageSize, width: imageSize)
        if let mean { result.imageMean = mean }
        if let standardDeviation { result.imageStandardDeviation = standardDeviation }
        switch interpolation ?? "bicubic" {
        case "bicubic", "random": result.resample = ResamplingFilter.bicubic.rawValue
        case "bilinear": result.resample = ResamplingFilter.bilinear.rawValue
        case let other:
            throw .invalidConfiguration(
                field: "preprocess_cfg.interpolation", cause: "expected bicubic or bilinear, found \(other)")
        }
        switch resizeMode ?? "shortest" {
        case "shortest":
            result.shortestEdge = imageSize
            // open_clip leaves cropping to torchvision.
            result.cropRounding = .halfToEven
        case "squash": break
        case "longest":
            guard let color = UInt8(exactly: fillColor ?? 0) else {
                throw .invalidConfiguration(
                    field: "preprocess_cfg.fill_color", cause: "expected 0 to 255, found \(fillColor ?? 0)")
            }
            // One number is a grey in torchvision.
            result.edgeColor = [color, color, color]
        case let other:
            throw .invalidConfiguration(
                field: "preprocess_cfg.resize_mode", cause: "expected shortest, squash or longest, found \(other)")
        }
        return result
    }
}
