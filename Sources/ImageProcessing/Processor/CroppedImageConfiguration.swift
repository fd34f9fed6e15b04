/// The fields of a `preprocessor_config.json` for models that take the middle of an image, its shorter side scaled.
///
/// Fields left out have the defaults of transformers' `CLIPImageProcessor`.
package struct CroppedImageConfiguration: Decodable, Sendable {
    /// All but the size.
    package let others: ImageProcessorConfiguration
    private let size: Size?
    private let cropSize: ImageSize?
    private let cropsCenter: Bool

    /// In JSON a number, which is the shortest edge, or an object.
    private enum Size: Decodable {
        case shortestEdge(Int)
        case exact(ImageSize)

        private enum CodingKeys: String, CodingKey {
            case shortestEdge = "shortest_edge"
        }

        init(from decoder: any Decoder) throws {
            if let edge = try? decoder.singleValueContainer().decode(Int.self) {
                self = .shortestEdge(edge)
            } else if let edge = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(
                Int.self, forKey: .shortestEdge)
            {
                self = .shortestEdge(edge)
            } else {
                self = .exact(try ImageSize(from: decoder))
            }
        }
    }

    private enum CodingKeys: String, CodingKey {
        case size
        case cropSize = "crop_size"
        case cropsCenter = "do_center_crop"
    }

    package init(from decoder: any Decoder) throws {
        others = try ImageProcessorConfiguration(withoutSizeFrom: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        size = try container.decodeIfPresent(Size.self, forKey: .size)
        cropSize = try container.decodeIfPresent(ImageSize.self, forKey: .cropSize)
        cropsCenter = try container.decodeIfPresent(Bool.self, forKey: .cropsCenter) ?? true
    }

    /// The same as the processor takes it.
    /// - Throws: `ImageError.invalidConfiguration` for a size that depends on the image.
    package func configuration() throws(ImageError) -> ImageProcessorConfiguration {
        var result = others
        let crop = cropSize ?? ImageSize(height: 224, width: 224)
        switch size ?? .shortestEdge(224) {
        case .shortestEdge(let edge):
            guard cropsCenter else {
                throw .invalidConfiguration(
                    field: "do_center_crop", cause: "without it images of different shapes come out in different sizes")
            }
            (result.shortestEdge, result.size) = (edge, crop)
        case .exact(let size):
            guard !cropsCenter || crop == size else {
                throw .invalidConfiguration(
                    field: "crop_size", cause: "only that of size, \(size.height) x \(size.width), is supported")
            }
            result.size = size
        }
        return result
    }
}
