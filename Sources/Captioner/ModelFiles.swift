import BLIP2
import Checkpoints
import Foundation
import ImageProcessing
import Tokenization

/// What a checkpoint folder holds, loaded and found to fit together.
struct ModelFiles: Sendable {
    let model: BLIP2Model
    let tokenizer: Tokenizer
    let imageProcessor: ImageProcessor

    init(folder: URL) throws {
        let checkpoint = try Checkpoint(folder: folder)
        model = try BLIP2Model(checkpoint)
        tokenizer = try Tokenizer(folder: folder)
        imageProcessor = try Self.imageProcessor(of: checkpoint)
        let size = imageProcessor.configuration.size
        let expected = model.configuration.vision.imageSize
        guard size.width == expected, size.height == expected else {
            throw CaptionerError.invalidOption(
                "the image processor makes pictures of \(size.height) x \(size.width) pixels, "
                    + "and the vision model in config.json takes \(expected) x \(expected)")
        }
    }

    /// Older checkpoints have `preprocessor_config.json`; newer ones keep the same object in `processor_config.json`.
    /// Without both, the class defaults hold, except that the size is the vision model's.
    private static func imageProcessor(of checkpoint: Checkpoint) throws -> ImageProcessor {
        if let configuration = try checkpoint.decode(
            ImageProcessorConfiguration.self, from: "preprocessor_config.json")
        {
            return try ImageProcessor(configuration)
        }
        let processor = try checkpoint.decode(ProcessorConfiguration.self, from: "processor_config.json")
        if let configuration = processor?.imageProcessor { return try ImageProcessor(configuration) }
        var configuration = ImageProcessorConfiguration()
        let size = try BLIP2Model.configuration(of: checkpoint).vision.imageSize
        configuration.size = ImageProcessorConfiguration.Size(height: size, width: size)
        return try ImageProcessor(configuration)
    }

    private struct ProcessorConfiguration: Decodable {
        let imageProcessor: ImageProcessorConfiguration?

        enum CodingKeys: String, CodingKey {
            case imageProcessor = "image_processor"
        }
    }
}
