/// How images are made ready for a vision model: the fields of a checkpoint's `preprocessor_config.json`.
///
/// Newer checkpoints keep the same object under `image_processor` in `processor_config.json`. Fields left out have the
/// defaults of transformers' `BlipImageProcessor`; fields not listed here are not looked at.
package struct ImageProcessorConfiguration: Decodable, Sendable, Equatable {
    /// Whether images come out in `size`. Unless there is a `shortestEdge` they are scaled to it, their aspect ratio not kept.
    package var doResize = true
    /// The size that images come out with. In JSON an object with `height` and `width`, or a number for both.
    package var size = ImageSize(height: 384, width: 384)
    /// What the shorter side is scaled to before `size` is cut out of the middle. Not in the JSON of BLIP's processors.
    package var shortestEdge: Int?
    /// Where a crop begins that cannot be in the middle.
    package var cropRounding = ResizingRecipe.CropRounding.down
    /// What an image that is scaled to fit into `size` as a whole gets edges of, red, green and blue; nil where it is not scaled
    /// so. Not in JSON.
    package var edgeColor: [UInt8]?
    /// What an image that is no square is put into the middle of before it is scaled: a square of this colour, red, green and
    /// blue; nil where it is not. Not in JSON.
    package var squareColor: [UInt8]?
    /// What is made of transparency, before anything else. Not in JSON.
    package var transparency = TransparencyRule.drop
    /// How images are cut into tiles, each of `size`; nil where they are not. Not in JSON of BLIP's processors.
    package var tiling: Tiling?
    /// Pillow's number for the filter, as ``ResamplingFilter`` has them.
    package var resample = 3
    /// Whether to multiply samples by `rescaleFactor`.
    package var doRescale = true
    /// By default 1/255.
    package var rescaleFactor = 0.00392156862745098
    /// Whether to subtract `imageMean` and divide by `imageStandardDeviation`.
    package var doNormalize = true
    /// Red, green and blue. In JSON three numbers, or one for all.
    package var imageMean = [0.48145466, 0.4578275, 0.40821073]
    /// Red, green and blue. In JSON three numbers, or one for all.
    package var imageStandardDeviation = [0.26862954, 0.26130258, 0.27577711]
    /// Images are RGB when they come out of the decoder, so this changes nothing.
    package var doConvertRGB = true

    /// The defaults of transformers' `BlipImageProcessor`.
    package init() {}

    /// How images get their size.
    var fitting: ResizingRecipe.Fitting {
        guard doResize else { return .none }
        if let edgeColor { return .pad(size, color: edgeColor) }
        return shortestEdge.map { .crop(size, shortestEdge: $0, rounding: cropRounding) } ?? .stretch(size)
    }
}

extension ImageProcessorConfiguration {
    private enum CodingKeys: String, CodingKey {
        case doResize = "do_resize"
        case size
        case resample
        case doRescale = "do_rescale"
        case rescaleFactor = "rescale_factor"
        case doNormalize = "do_normalize"
        case imageMean = "image_mean"
        case imageStandardDeviation = "image_std"
        case doConvertRGB = "do_convert_rgb"
    }

    /// Reads the fields that are there.
    /// - Throws: `DecodingError` when a field has another type than it should. Whether values make sense is judged by
    ///   `ImageProcessor`.
    package init(from decoder: any Decoder) throws {
        try self.init(withoutSizeFrom: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let size = try container.decodeIfPresent(ImageSize.self, forKey: .size) { self.size = size }
    }

    /// Reads the fields that all image processors have in common.
    init(withoutSizeFrom decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ key: CodingKeys, into field: WritableKeyPath<Self, Value>) throws {
            if let value = try container.decodeIfPresent(Value.self, forKey: key) { self[keyPath: field] = value }
        }
        func readChannels(_ key: CodingKeys, into field: WritableKeyPath<Self, [Double]>) throws {
            if let value = try? container.decodeIfPresent(Double.self, forKey: key) {
                self[keyPath: field] = Array(repeating: value, count: 3)
            } else {
                try read(key, into: field)
            }
        }
        try read(.doResize, into: \.doResize)
        try read(.resample, into: \.resample)
        try read(.doRescale, into: \.doRescale)
        try read(.rescaleFactor, into: \.rescaleFactor)
        try read(.doNormalize, into: \.doNormalize)
        try readChannels(.imageMean, into: \.imageMean)
        try readChannels(.imageStandardDeviation, into: \.imageStandardDeviation)
        try read(.doConvertRGB, into: \.doConvertRGB)
    }
}

extension ImageSize: Decodable {
    private enum CodingKeys: String, CodingKey {
        case height
        case width
    }

    package init(from decoder: any Decoder) throws {
        if let edge = try? decoder.singleValueContainer().decode(Int.self) {
            self.init(height: edge, width: edge)
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            height: try container.decode(Int.self, forKey: .height),
            width: try container.decode(Int.self, forKey: .width))
    }
}
