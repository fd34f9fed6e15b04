import CaptionerCheckpoints
import CaptionerFiles
import CaptionerGeneration
public import CaptionerImageProcessing
import CaptionerModels
import CaptionerTensorCore
import CaptionerTokenization
public import Foundation
package import SystemPackage

/// Captions images with a model on the CPU.
///
/// ```swift
/// let captioner = try await Captioner(model: folder)
/// let caption = try await captioner.caption(URL(filePath: "beach.jpg"))
/// print(caption.text)
/// ```
///
/// A captioner holds one copy of the weights, mapped from the checkpoint where its format allows. It may be used from
/// any number of tasks; their images take turns. The caption of an image is what transformers'
/// `Blip2ForConditionalGeneration` says, in float32 to the token. It depends on the image, the model and the options
/// alone, to the bit: not on other images, the batch size or the number of threads.
public final class Captioner: Sendable {
    /// The folder that the model was loaded from.
    public var model: URL { folder.url }
    package let folder: FilePath
    /// What the captioner was made with, the defaults filled in.
    public let options: CaptionerOptions
    /// The arithmetic of linear layers, never ``CaptionerOptions/Precision/automatic``.
    public let precision: CaptionerOptions.Precision
    /// What computes: "own kernels, AVX-512 with VNNI and BF16", for example.
    public let kernelDescription: String
    /// Tensors of the checkpoint that the model has no use for, by name. Empty for the checkpoints that are known.
    public let unusedTensors: [String]
    let decoder: ImageDecoder
    let processor: ImageProcessor
    let tokenizer: Tokenizer
    let executor: QueueExecutor
    let engine: InferenceEngine

    /// Loads a checkpoint folder in Hugging Face layout.
    ///
    /// - Parameters:
    ///   - model: a folder with `config.json`, safetensors weights and a tokenizer, or one that ``pack(model:to:precision:layerPrecisions:progress:)`` made.
    ///     As in all addresses of files, percent escapes may stand for a path that is not UTF-8.
    ///   - options: threads, batches and the reading of pictures.
    /// - Throws: `CaptionerError.unusableModel`, which names the file and the cause; `.invalidOption`.
    public convenience init(model: URL, options: CaptionerOptions = CaptionerOptions()) async throws {
        try await self.init(model: FilePath(model), options: options)
    }

    /// The same of a folder whose path may be any bytes.
    package init(model folder: FilePath, options: CaptionerOptions = CaptionerOptions()) async throws {
        try options.validate()
        self.folder = folder
        self.options = options
        let kernels = try options.chosenKernels()
        let towers = options.towers
        let files = try await ModelFiles.loaded(from: folder, options: options, kernels: kernels) {
            try ModelFolder<any CaptioningModel>(folder, towers: towers)
        }
        decoder = ImageDecoder(orientation: options.orientation)
        processor = files.imageProcessor
        tokenizer = files.tokenizer
        unusedTensors = files.unusedTensors
        precision = CaptionerOptions.Precision(files.precision)
        kernelDescription = kernels.title()
        executor = QueueExecutor(threadCount: options.threadCount, kernels: kernels)
        engine = InferenceEngine(files.model, on: executor)
    }

    /// The caption of an image file.
    /// - Throws: `CaptionFailure` for a bad image, `CaptionerError.invalidOption`, `CancellationError` when the task
    ///   was cancelled.
    public func caption(_ image: URL, options: GenerationOptions = GenerationOptions()) async throws -> Caption {
        try await caption(.file(image), options: options)
    }

    /// The caption of an encoded image, JPEG or PNG.
    /// - Throws: `CaptionFailure` for a bad image, `CaptionerError.invalidOption`, `CancellationError` when the task
    ///   was cancelled.
    public func caption(_ image: Data, options: GenerationOptions = GenerationOptions()) async throws -> Caption {
        try await caption(.data(image), options: options)
    }

    /// The caption of decoded pixels.
    /// - Throws: `CaptionFailure`, `CaptionerError.invalidOption`, `CancellationError` when the task was cancelled.
    public func caption(_ image: RGBImage, options: GenerationOptions = GenerationOptions()) async throws -> Caption {
        try await caption(.pixels(image), options: options)
    }

    /// The captions of an image, the best first, as many as `numReturnSequences` of the options says. The image is
    /// encoded once.
    /// - Throws: `CaptionFailure` for a bad image, `CaptionerError.invalidOption`, `CancellationError` when the task
    ///   was cancelled.
    public func captions(
        of image: ImageSource, options: GenerationOptions = GenerationOptions()
    ) async throws -> [Caption] {
        var results = try await captionBatch([image.captionRequest], options: options)
        return try results.removeFirst().get()
    }

    /// The caption of an image from any source.
    /// - Throws: `CaptionFailure` for a bad image, `CaptionerError.invalidOption`, `CancellationError` when the task
    ///   was cancelled.
    public func caption(
        _ image: ImageSource, options: GenerationOptions = GenerationOptions()
    ) async throws -> Caption {
        try await captions(of: image, options: options)[0]
    }
}
