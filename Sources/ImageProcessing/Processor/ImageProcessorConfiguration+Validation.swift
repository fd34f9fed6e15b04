extension ImageProcessorConfiguration {
    /// Far above any vision model's image, far below what would exhaust memory.
    private static let maximumEdge = 8192

    /// - Throws: `ImageError.invalidConfiguration` naming the first field, as it is called in JSON, whose value cannot
    ///   be honoured.
    func validate() throws(ImageError) {
        if doResize {
            for edge in [size.height, size.width, shortestEdge ?? 1] where !(1...Self.maximumEdge).contains(edge) {
                throw .invalidConfiguration(
                    field: "size",
                    cause: "expected edges from 1 to \(Self.maximumEdge), found \(size.height) x \(size.width)"
                        + (shortestEdge.map { ", shortest edge \($0)" } ?? ""))
            }
            guard ResamplingFilter(rawValue: resample) != nil else {
                throw .invalidConfiguration(
                    field: "resample",
                    cause: "expected 3 (bicubic), 2 (bilinear) or 1 (Lanczos), found \(resample)")
            }
        }
        if let squareColor, squareColor.count != 3 {
            throw .invalidConfiguration(field: "image_mean", cause: "expected 3 numbers, found \(squareColor.count)")
        }
        if doRescale, !rescaleFactor.isFinite || rescaleFactor <= 0 {
            throw .invalidConfiguration(
                field: "rescale_factor", cause: "expected a positive number, found \(rescaleFactor)")
        }
        if doNormalize {
            try Self.validate(imageMean, field: "image_mean") { Float($0).isFinite }
            try Self.validate(imageStandardDeviation, field: "image_std") { Float($0).isNormal && $0 > 0 }
        }
    }

    private static func validate(
        _ values: [Double], field: String, isValid: (Double) -> Bool
    ) throws(ImageError) {
        guard values.count == 3 else {
            throw .invalidConfiguration(field: field, cause: "expected 3 numbers, found \(values.count)")
        }
        for value in values where !isValid(value) {
            throw .invalidConfiguration(field: field, cause: "\(value) is not a possible value")
        }
    }
}
