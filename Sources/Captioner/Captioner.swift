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
/// A captioner holds one copy of the weights, mapped from the checkpoint where its format allows. It may be used from
/// any number of tasks; their images take turns. The caption of an image is what transformers'
/// `Blip2ForConditionalGeneration` says, in float32 to the token. It depends on the image, the model and the options
/// alone, to the bit: not on other images, the batch size or the number of threads.
public final class Captioner: Sendable {
    /// The folder that the model was loaded from.
    public var modelFolder: URL { folder.url }
    package let folder: FilePath
    /// What the captioner was made with, the defaults filled in.
    public let options: Captioner.Options
    /// The compute type of the linear layers, never ``Captioner/Precision/automatic``.
    public let precision: Captioner.Precision
    /// What computes: "own kernels, AVX-512 with VNNI and BF16", for example.
    public let kernelDescription: String
    /// Tensors of the checkpoint that the model has no use for, by name. Empty for the checkpoints that are known.
    public let unusedTensors: [String]
    let decoder: ImageDecoder
    let processor: ImageProcessor
    let tokenizer: Tokenizer
    let executor: QueueExecutor
    let engine: InferenceEngine
    let weightBytes: Int
    private let sharedBatches = SharedBatches()
    /// For a batch that runs, the next one, and what does not go with either.
    let admission: Admission

    /// Loads a checkpoint folder in Hugging Face layout.
    ///
    /// ```swift
    /// let captioner = try await Captioner(modelFolder: folder) { print("\(Int($0 * 100)) %") }
    /// ```
    /// - Parameters:
    ///   - modelFolder: a folder with `config.json`, safetensors weights and a tokenizer, or one that
    ///     ``pack(modelFolder:to:precision:layerPrecisions:towers:progress:)`` made. As in all addresses of files, percent
    ///     escapes may encode a path that is not UTF-8.
    ///   - options: threads, batches and the reading of images.
    ///   - progress: called now and then with the share that is done, 0 to 1, on any thread; with 1 once, at the end.
    /// - Throws: `CaptionerError` with the code `unusableModel`, which names the file and the cause, or `invalidOption`;
    ///   `CancellationError` when the task was cancelled.
    public convenience init(
        modelFolder: URL, options: Options = Options(), progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws {
        try await self.init(model: FilePath(modelFolder), options: options, progress: progress)
    }

    /// Loads a model that was downloaded before, by its name, such as `Salesforce/blip2-opt-2.7b`.
    /// - Parameters:
    ///   - modelName: ORGANISATION/NAME, and `@REVISION` after it for another revision than the cache's current one. The
    ///     caches of Hugging Face and ModelScope are looked into; nothing is downloaded.
    ///   - options: threads, batches and the reading of images.
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
    /// Calls that several tasks make at the same time share batches.
    /// - Parameters:
    ///   - image: the address of a file, the `Data` of one (JPEG or PNG), decoded pixels, or a request with a prompt of its
    ///     own.
    ///   - options: how the caption is generated.
    /// - Returns: the first of the captions that ``captionCandidates(for:options:)`` has.
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

    /// The caption of an image that is written as a literal, `caption(.file(url))`; else as of any image.
    public func caption(_ image: ImageSource, options: GenerationOptions = GenerationOptions()) async throws -> Caption
    {
        try await caption(image.captionRequest, options: options)
    }

    /// The captions of an image, the best first, as many as `numReturnSequences` of the options says. The image is
    /// encoded once.
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

    /// Brings the weights into memory and makes the buffers, so that the first caption takes no longer than others.
    /// - Throws: `CaptionFailure`, `CancellationError` when the task was cancelled.
    public func prewarm() async throws {
        // An image of the same grey everywhere, and a second token, since the first is computed with the prompt.
        var options = GenerationOptions(maxNewTokens: 2)
        options.minNewTokens = 2
        _ = try await caption(
            ImageSource.pixels(Data(repeating: 128, count: 1), width: 1, height: 1, format: .gray), options: options)
    }
}
