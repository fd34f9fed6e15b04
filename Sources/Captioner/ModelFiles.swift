import BLIP2
import Checkpoints
import Foundation
import ImageProcessing
import Tokenization

/// What a checkpoint folder holds, loaded and found to fit together.
struct ModelFiles: Sendable {
    let model: BLIP2Model
    let unusedTensors: [String]
    let tokenizer: Tokenizer
    let imageProcessor: ImageProcessor

    init(folder: URL, precisions: PrecisionPlan) throws {
        let checkpoint = try BLIP2Model.checkpoint(in: folder)
        (model, unusedTensors) = try BLIP2Model.load(checkpoint, precisions: precisions)
        tokenizer = try Tokenizer(folder: folder)
        imageProcessor = try Self.imageProcessor(of: checkpoint, imageSize: model.configuration.vision.imageSize)
    }

    /// Newer checkpoints keep the image processor's fields in `processor_config.json`, older ones in a file of their
    /// own; where both are there, transformers 5 takes the newer. Without both, the class defaults hold, except that
    /// the size is the vision model's.
    static func imageProcessor(of checkpoint: Checkpoint, imageSize: Int) throws -> ImageProcessor {
        let (older, newer) = ("preprocessor_config.json", "processor_config.json")
        if let configuration = try checkpoint.decode(ProcessorConfiguration.self, from: newer)?.imageProcessor {
            return try imageProcessor(configuration, from: newer, imageSize: imageSize)
        }
        if let configuration = try checkpoint.decode(ImageProcessorConfiguration.self, from: older) {
            return try imageProcessor(configuration, from: older, imageSize: imageSize)
        }
        var configuration = ImageProcessorConfiguration()
        configuration.size = ImageProcessorConfiguration.Size(height: imageSize, width: imageSize)
        return try ImageProcessor(configuration)
    }

    private static func imageProcessor(
        _ configuration: ImageProcessorConfiguration, from fileName: String, imageSize: Int
    ) throws -> ImageProcessor {
        let processor: ImageProcessor
        do {
            processor = try ImageProcessor(configuration)
        } catch {
            throw UnfitFile(description: "\(fileName): \(error)")
        }
        guard configuration.doResize else {
            throw UnfitFile(description: "\(fileName): do_resize is false, and the vision model takes one size only")
        }
        let size = configuration.size
        guard size.height == imageSize, size.width == imageSize else {
            throw UnfitFile(
                description: "\(fileName): pictures are made \(size.height) x \(size.width) pixels large, "
                    + "and the vision model in config.json takes \(imageSize) x \(imageSize)")
        }
        return processor
    }

    /// A file whose content does not fit the others. Shown as the cause of a `CaptionerError.unusableModel`.
    private struct UnfitFile: Error, CustomStringConvertible {
        let description: String
    }

    private struct ProcessorConfiguration: Decodable {
        let imageProcessor: ImageProcessorConfiguration?

        enum CodingKeys: String, CodingKey {
            case imageProcessor = "image_processor"
        }
    }
}
