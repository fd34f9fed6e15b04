/// The fields of a `preprocessor_config.json` for models that see tiles of an image.
///
/// Fields left out have the defaults of transformers' `Idefics3ImageProcessor`.
package struct TiledImageConfiguration: Decodable, Sendable {
    private var others: ImageProcessorConfiguration
    private let longestEdge: Int
    private let tileEdge: Int
    private let splits: Bool

    private struct Edge: Decodable {
        let longest: Int?

        private enum CodingKeys: String, CodingKey {
            case longest = "longest_edge"
        }
    }

    private enum CodingKeys: String, CodingKey {
        case size, resample
        case maximumSize = "max_image_size"
        case splits = "do_image_splitting"
        case mean = "image_mean"
        case deviation = "image_std"
    }

    package init(from decoder: any Decoder) throws {
        others = try ImageProcessorConfiguration(withoutSizeFrom: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if !container.contains(.mean) { others.imageMean = [0.5, 0.5, 0.5] }
        if !container.contains(.deviation) { others.imageStandardDeviation = [0.5, 0.5, 0.5] }
        if !container.contains(.resample) { others.resample = ResamplingFilter.lanczos.rawValue }
        longestEdge = try container.decodeIfPresent(Edge.self, forKey: .size)?.longest ?? 4 * 364
        tileEdge = try container.decodeIfPresent(Edge.self, forKey: .maximumSize)?.longest ?? 364
        splits = try container.decodeIfPresent(Bool.self, forKey: .splits) ?? true
    }

    /// Where a folder has no such file.
    /// - Parameter tileEdge: what the model takes.
    package init(tileEdge: Int) {
        others = ImageProcessorConfiguration()
        others.imageMean = [0.5, 0.5, 0.5]
        others.imageStandardDeviation = [0.5, 0.5, 0.5]
        others.resample = ResamplingFilter.lanczos.rawValue
        (longestEdge, self.tileEdge, splits) = (4 * tileEdge, tileEdge, true)
    }

    /// The same as the processor takes it.
    /// - Parameter splitsImages: whether images are cut, whatever the file says; nil to go by it.
    /// - Throws: `ImageError.invalidConfiguration` for sizes that cannot be.
    package func configuration(splitsImages: Bool?) throws(ImageError) -> ImageProcessorConfiguration {
        // Larger ones transformers scales down again.
        guard (1...4096).contains(longestEdge) else {
            throw .invalidConfiguration(
                field: "size.longest_edge", cause: "expected a number from 1 to 4096, found \(longestEdge)")
        }
        guard (1...4096).contains(tileEdge) else {
            throw .invalidConfiguration(
                field: "max_image_size.longest_edge", cause: "expected a number from 1 to 4096, found \(tileEdge)")
        }
        guard longestEdge <= 64 * tileEdge else {
            throw .invalidConfiguration(
                field: "size.longest_edge",
                cause: "expected at most 64 tiles of \(tileEdge) pixels, found \(longestEdge)")
        }
        var result = others
        result.size = ImageSize(height: tileEdge, width: tileEdge)
        result.tiling = Tiling(longestEdge: longestEdge, tileEdge: tileEdge, splits: splitsImages ?? splits)
        return result
    }
}
