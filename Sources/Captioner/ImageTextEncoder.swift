import CaptionerCheckpoints
import CaptionerFiles
import CaptionerImageProcessing
import CaptionerModels
import CaptionerTensorCore
import CaptionerTokenization
public import Foundation
package import SystemPackage

/// Embeds images and texts with CLIP on the CPU, and says how well they fit.
///
/// ```swift
/// let encoder = try await ImageTextEncoder(modelFolder: folder)
/// let similarity = try await encoder.similarity(of: "a dog on a beach", to: url)
/// ```
///
/// An encoder holds one copy of the weights. It may be used from any number of tasks; their work takes turns. An embedding
/// is what transformers' `CLIPModel` computes, in float32 within rounding. It depends on the image or text, the model and
/// the options alone, to the bit: not on the batch, its other members or the number of threads.
public final class ImageTextEncoder: Sendable {
    /// The folder that the model was loaded from.
    public var modelFolder: URL { folder.url }
    package let folder: FilePath
    /// What the encoder was made with, the defaults filled in.
    public let options: Captioner.Options
    /// The compute type of the linear layers, never ``Captioner/Precision/automatic``.
    public let precision: Captioner.Precision
    /// The activation that was asked for; nil to go by the folder.
    package let usesQuickGELU: Bool?
    /// What computes: "own kernels, AVX-512 with VNNI and BF16", for example.
    package let kernelDescription: String
    /// Tensors of the checkpoint that the model has no use for, by name.
    public let unusedTensors: [String]
    /// By which library's rules texts become tokens.
    public let tokenization: Tokenization
    /// P, the length of an embedding.
    public let embeddingWidth: Int
    /// What cosines are multiplied by to be logits: e to the power of the checkpoint's `logit_scale`, about 100.
    public let logitScale: Float
    let decoder: ImageDecoder
    let processor: ImageProcessor
    let tokenizer: Tokenizer
    let engine: EmbeddingEngine

    /// Loads a checkpoint folder in the layout of Hugging Face or open_clip.
    ///
    /// - Parameters:
    ///   - modelFolder: a folder, such as ``downloadedModel(named:)`` gives, with `config.json` or `open_clip_config.json`, safetensors weights and a tokenizer.
    ///   - options: threads, batches, precision and the reading of images.
    ///   - usesQuickGELU: the activation of both towers, x σ(1.702 x) or the exact GELU, whatever the folder says of it: some
    ///     folders say it wrong. Nil to go by the folder.
    ///   - tokenization: by which library's rules texts become tokens; see ``Tokenization``.
    ///   - captioner: what it computes beside, on the same threads with the same kernels: their work takes turns. The
    ///     threads and kernels of the options do not count then.
    ///   - progress: called now and then with the share that is done, 0 to 1, on any thread; with 1 once, at the end.
    /// - Throws: `CaptionerError` with the code `unusableModel`, which names the file and the cause, or `invalidOption`;
    ///   `CancellationError` when the task was cancelled.
    public convenience init(
        modelFolder: URL, options: Captioner.Options = Captioner.Options(), usesQuickGELU: Bool? = nil,
        tokenization: Tokenization = .huggingFaceFast, beside captioner: Captioner? = nil,
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws {
        try await self.init(
            model: FilePath(modelFolder), options: options, usesQuickGELU: usesQuickGELU, tokenization: tokenization,
            beside: captioner, progress: progress)
    }

    /// Loads a model that was downloaded before, by its name, such as `openai/clip-vit-base-patch32`.
    /// - Parameters: as for a folder; the name as for ``Captioner/init(modelNamed:options:progress:)``.
    /// - Throws: as for a folder; where no cache has the model, the message says how to download it.
    public convenience init(
        modelNamed modelName: String, options: Captioner.Options = Captioner.Options(), usesQuickGELU: Bool? = nil,
        tokenization: Tokenization = .huggingFaceFast, beside captioner: Captioner? = nil,
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws {
        try await self.init(
            model: Captioner.cachedModelFolder(modelName), options: options, usesQuickGELU: usesQuickGELU,
            tokenization: tokenization, beside: captioner, progress: progress)
    }

    /// The same of a folder whose path may be any bytes.
    package init(
        model folder: FilePath, options: Captioner.Options = Captioner.Options(), usesQuickGELU: Bool? = nil,
        tokenization: Tokenization = .huggingFaceFast, beside captioner: Captioner? = nil,
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws {
        var options = options
        if let captioner {
            options.threadCount = captioner.options.threadCount
            options.kernels = captioner.options.kernels
        }
        try options.validate()
        self.tokenization = tokenization
        self.folder = folder
        self.usesQuickGELU = usesQuickGELU
        self.options = options
        let kernels = try options.chosenKernels()
        let files = try await ModelFiles.loaded(
            from: folder, options: options, kernels: kernels, progress: progress,
            open: { try ModelFolder<any EmbeddingModel>(folder, usesQuickGELU: usesQuickGELU) },
            check: { try Self.check($0.tokenizer, fits: $0.model, tokenization) })
        precision = Captioner.Precision(files.precision)
        unusedTensors = files.unusedTensors
        kernelDescription = kernels.title()
        embeddingWidth = files.model.embeddingWidth
        logitScale = files.model.logitScale
        decoder = ImageDecoder(orientation: options.orientation)
        processor = files.imageProcessor
        tokenizer = files.tokenizer
        engine = EmbeddingEngine(
            files.model,
            on: captioner?.executor ?? QueueExecutor(threadCount: options.threadCount, kernels: kernels))
    }

    /// The folder of a model that was downloaded before, by its name, such as `openai/clip-vit-base-patch32`, with `@REVISION`
    /// after it for another revision than the cache's current one; as ``Captioner/downloadedModel(named:)``.
    /// - Returns: the folder, complete or not, or nil if no cache has the model.
    public static func downloadedModel(named name: String) -> URL? { Captioner.downloadedModel(named: name) }

    /// Whatever the tokenizer makes of a text, the model must be able to read.
    private static func check(
        _ tokenizer: Tokenizer, fits model: any EmbeddingModel, _ tokenization: Tokenization
    ) throws(UnfitFile) {
        let (prefix, suffix) = tokenizer.affixes
        guard tokenizer.idLimit <= model.vocabularySize else {
            throw UnfitFile(
                description: "the tokenizer has ids up to \(tokenizer.idLimit - 1), and the model knows "
                    + "\(model.vocabularySize) tokens")
        }
        guard tokenization == .huggingFaceFast || tokenizer.marksEndsOfWords else {
            throw UnfitFile(
                description:
                    "the tokenizer is not CLIP's, so that texts cannot be tokenized as \(tokenization.rawValue)")
        }
        guard !prefix.isEmpty, !suffix.isEmpty, prefix.count + suffix.count <= model.contextLength else {
            throw UnfitFile(
                description:
                    "the tokenizer puts \(prefix.count) tokens before a text and \(suffix.count) after it; one of "
                    + "each is expected, and the model takes \(model.contextLength) in all")
        }
    }

    /// Whether a folder holds a model that embeds images and texts.
    package static func claims(_ folder: FilePath) -> Bool { ModelFolder<any EmbeddingModel>.claims(folder) }
}
