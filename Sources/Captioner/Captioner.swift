import CaptionerCheckpoints
import CaptionerFiles
import CaptionerGeneration
import CaptionerImageProcessing
import CaptionerModels
import CaptionerTensorCore
import CaptionerTokenization
public import Foundation
package import SystemPackage

/// Captions images with a model on the CPU.
///
/// ```swift
/// let captioner = try await Captioner(modelFolder: folder)
/// let caption = try await captioner.caption(URL(filePath: "beach.jpg"))
/// print(caption.text)
/// ```
///
/// A captioner holds one copy of the weights, mapped from the checkpoint where its format allows. Any number of tasks
/// can use it: their calls of ``caption(_:options:)-(CaptionRequestConvertible,_)`` share batches, and all other calls
/// take turns.
///
/// In float32 a caption equals that of the model's class in transformers, or of MGM's own code, token for token. In
/// every precision it depends on the image, the model and the options alone, to the bit: not on other images, the batch
/// size or the number of threads.
public final class Captioner: Sendable {
    /// The folder that the model was loaded from.
    public var modelFolder: URL { folder.url }
    package let folder: FilePath
    /// The options that the captioner was made with.
    public let options: Captioner.Options
    /// The compute type of the linear layers, never ``Captioner/Precision/automatic``.
    public let precision: Captioner.Precision
    /// A description of the kernels in use, such as "own kernels, AVX-512 with VNNI and BF16".
    public let kernelDescription: String
    /// The names of tensors of the checkpoint that the model does not use. Empty for known checkpoints.
    public let unusedTensors: [String]
    let decoder: ImageDecoder
    let processor: ImageProcessor
    let tokenizer: Tokenizer
    let executor: QueueExecutor
    let engine: InferenceEngine
    let weightBytes: Int
    let sharedBatches = SharedBatches()
    /// Admits the images of the running batch and the next, and as many whose options differ.
    let admission: Admission

    /// Loads a checkpoint folder in Hugging Face layout.
    ///
    /// ```swift
    /// let captioner = try await Captioner(modelFolder: folder) { print("\(Int($0 * 100)) %") }
    /// ```
    /// - Parameters:
    ///   - modelFolder: a folder with `config.json`, safetensors weights and a tokenizer, or one that
    ///     ``pack(modelFolder:to:precision:layerPrecisions:towers:progress:)`` made. As in all file URLs of this
    ///     library, percent escapes may encode a path that is not UTF-8.
    ///   - options: threads, batch size, precision and image orientation.
    ///   - progress: called repeatedly with the fraction that is done, from 0 to 1, on any thread; with 1 once, at the
    ///     end.
    /// - Throws: `CaptionerError` with the code `unusableModel`, which names the file and the cause, or `invalidOption`;
    ///   `CancellationError` when the task was cancelled.
    public convenience init(
        modelFolder: URL, options: Options = Options(), progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws {
        try await self.init(model: FilePath(modelFolder), options: options, progress: progress)
    }

    /// Loads a model that was downloaded before, by its name, such as `Salesforce/blip2-opt-2.7b`.
    /// - Parameters:
    ///   - modelName: ORGANISATION/NAME, and `@REVISION` after it for another revision than the cache's current one. It
    ///     is looked up in the caches of Hugging Face and ModelScope; nothing is downloaded.
    ///   - options: threads, batch size, precision and image orientation.
    ///   - progress: as for a folder.
    /// - Throws: as for a folder; where no cache has the model, the message says how to download it.
    public convenience init(
        modelNamed modelName: String, options: Options = Options(),
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws {
        try await self.init(model: Self.cachedModelFolder(modelName), options: options, progress: progress)
    }

    /// Loads a folder whose path may be any bytes.
    package init(
        model folder: FilePath, options: Options = Options(),
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws {
        try options.validate()
        self.folder = folder
        self.options = options
        let kernels = try options.chosenKernels()
        let towers = options.towers
        let files = try await ModelFiles.loaded(
            from: folder, options: options, kernels: kernels, progress: progress
        ) {
            try ModelFolder<any CaptioningModel>(folder, towers: towers)
        }
        decoder = ImageDecoder(orientation: options.orientation)
        processor = files.imageProcessor
        tokenizer = files.tokenizer
        unusedTensors = files.unusedTensors
        weightBytes = files.weightBytes
        admission = Admission(limit: 4 * options.batchSize)
        precision = Captioner.Precision(files.precision)
        kernelDescription = kernels.title()
        executor = QueueExecutor(threadCount: options.threadCount, kernels: kernels)
        engine = InferenceEngine(files.model, on: executor)
    }

    /// The caption of an image.
    ///
    /// ```swift
    /// let caption = try await captioner.caption(URL(filePath: "beach.jpg"))
    /// ```
    /// Calls that several tasks make at the same time share batches, whatever their options are.
    /// - Parameters:
    ///   - image: the URL of an image file, the `Data` of one, decoded pixels, or a ``CaptionRequest`` with a
    ///     prompt of its own.
    ///   - options: how the caption is generated.
    /// - Returns: the first of the captions that ``captionCandidates(for:options:)`` returns.
    /// - Throws: `CaptionFailure` for a bad image, `CaptionerError` with the code `invalidOption`, `CancellationError` when
    ///   the task was cancelled.
    public func caption(
        _ image: some CaptionRequestConvertible, options: GenerationOptions = GenerationOptions()
    ) async throws -> Caption {
        let captions = try await captionCandidates(for: image, options: options)
        guard let first = captions.first else {
            throw CaptionFailure(stage: .caption, message: "no caption", path: image.captionRequest.image.path)
        }
        return first
    }

    /// The caption of an ``ImageSource``, so that its cases can be written as literals: `caption(.file(url))`.
    public func caption(_ image: ImageSource, options: GenerationOptions = GenerationOptions()) async throws -> Caption
    {
        try await caption(image.captionRequest, options: options)
    }

    /// Several captions of an image, the best first. ``Captioner/GenerationOptions/numReturnSequences`` says how many.
    /// The image is encoded once.
    ///
    /// ```swift
    /// let captions = try await captioner.captionCandidates(for: url, options: .beams(5, captionCount: 3))
    /// ```
    /// - Parameters:
    ///   - image: as for ``caption(_:options:)-(CaptionRequestConvertible,_)``.
    ///   - options: how captions are generated.
    /// - Throws: `CaptionFailure` for a bad image, `CaptionerError` with the code `invalidOption`, `CancellationError` when
    ///   the task was cancelled.
    public func captionCandidates(
        for image: some CaptionRequestConvertible, options: GenerationOptions = GenerationOptions()
    ) async throws -> [Caption] {
        let plan = try plan(options)
        return try await withPrepared(image.captionRequest, prompt: plan.prompt) { prepared in
            try await sharedBatches.captions(of: prepared, plan: plan, by: self)
        }
    }

    /// Reads the weights into memory and allocates the buffers, so that the first caption takes no longer than others.
    /// - Throws: `CaptionFailure` if the model cannot run; `CancellationError` when the task was cancelled.
    public func prewarm() async throws {
        // An image of the same grey everywhere, and a second token, since the first is computed with the prompt.
        var options = GenerationOptions(maxNewTokens: 2)
        options.minNewTokens = 2
        _ = try await caption(
            ImageSource.pixels(Data(repeating: 128, count: 1), width: 1, height: 1, format: .gray), options: options)
    }
}
