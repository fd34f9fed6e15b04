import CaptionerCheckpoints
import CaptionerImageProcessing
import CaptionerModels
import CaptionerTensorCore
import CaptionerTokenization
import SystemPackage

/// What a checkpoint folder holds, loaded and found to fit together.
struct ModelFiles: Sendable {
    let model: any CaptioningModel
    let unusedTensors: [String]
    /// The precision of linear layers that no exception names.
    let precision: Precision
    let tokenizer: Tokenizer
    let imageProcessor: ImageProcessor

    /// The files of a folder that are read, apart from weights.
    static let fileNames = [
        "config.json", "generation_config.json", "preprocessor_config.json", "processor_config.json", "tokenizer.json",
        "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt",
    ]

    /// - Parameter options: their precisions have to be those that a packed checkpoint was packed for, if they say any.
    init(folder: FilePath, options: CaptionerOptions, kernels: MatrixKernelSet) throws {
        let source = try ModelFolder(folder)
        let checkpoint = source.checkpoint
        let plan: PrecisionPlan
        if let packing = checkpoint.packing {
            plan = packing.plan
            try Self.check(options, fit: packing, kernels)
        } else {
            plan = options.plan(for: kernels)
        }
        (model, unusedTensors) = try source.load(checkpoint.weights(precisions: plan))
        precision = plan.precision
        (tokenizer, imageProcessor) = try Self.others(
            folder, checkpoint: checkpoint, imageSize: model.imageSize)
    }

    /// What was packed cannot be had otherwise. Asking for just what it is, is fine.
    private static func check(
        _ options: CaptionerOptions, fit packing: Packing, _ kernels: MatrixKernelSet
    ) throws(UnfitFile) {
        let packed = CaptionerOptions.Precision(packing.plan.precision)
        let asked = options.plan(for: kernels)
        guard options.precision == .automatic || options.precision == packed,
            asked.exceptions.isEmpty || asked.exceptions == packing.plan.exceptions
        else {
            let exceptions = packing.plan.exceptions.map { ", \($0.part) in \($0.precision.rawValue)" }.joined()
            let source = packing.source.isEmpty ? "" : ", \(packing.source),"
            throw UnfitFile(
                description: "it is packed in \(packed.rawValue)\(exceptions), and can be had in nothing else; use the "
                    + "original checkpoint\(source) or pack that again")
        }
    }

    /// What a folder holds beside weights.
    static func others(
        _ folder: FilePath, checkpoint: Checkpoint, imageSize: Int
    ) throws -> (tokenizer: Tokenizer, imageProcessor: ImageProcessor) {
        (try Tokenizer(folder: folder), try imageProcessor(of: checkpoint, imageSize: imageSize))
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
        configuration.size = ImageSize(height: imageSize, width: imageSize)
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
