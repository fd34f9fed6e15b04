import CaptionerCheckpoints
import CaptionerFiles
import CaptionerImageProcessing
import CaptionerModels
import CaptionerTensorCore
import CaptionerTokenization
public import Foundation
package import SystemPackage

/// Embeds images and texts with CLIP on the CPU, and computes their similarity.
///
/// ```swift
/// let encoder = try await ImageTextEncoder(modelFolder: folder)
/// let similarity = try await encoder.similarity(of: "a dog on a beach", to: url)
/// ```
///
/// An encoder holds one copy of the weights. Any number of tasks can use it; their calls take turns. In float32 an
/// embedding equals that of transformers' `CLIPModel` within rounding. In every precision it depends on the image or
/// text, the model and the options alone, to the bit: not on the batch or the number of threads.
public final class ImageTextEncoder: Sendable {
    /// The folder that the model was loaded from.
    public var modelFolder: URL { folder.url }
    package let folder: FilePath
    /// The options that the encoder was made with. Beside a captioner, threads and kernels are the captioner's.
    public let options: Captioner.Options
    /// The compute type of the linear layers, never ``Captioner/Precision/automatic``.
    public let precision: Captioner.Precision
    /// The activation that the caller chose; nil for the folder's.
    package let usesQuickGELU: Bool?
    /// A description of the kernels in use, such as "own kernels, AVX-512 with VNNI and BF16".
    package let kernelDescription: String
    /// The names of tensors of the checkpoint that the model does not use.
    public let unusedTensors: [String]
    /// The library whose rules tokenize texts.
    public let tokenization: Tokenization
    /// P, the number of elements of an embedding.
    public let embeddingWidth: Int
    /// The factor from cosine similarities to logits: e to the power of the checkpoint's `logit_scale`, about 100.
    public let logitScale: Float
    let decoder: ImageDecoder
    let processor: ImageProcessor
    let tokenizer: Tokenizer
    let engine: EmbeddingEngine

    /// Loads a checkpoint folder in the layout of Hugging Face or open_clip.
    ///
    /// - Parameters:
    ///   - modelFolder: a folder with `config.json` or `open_clip_config.json`, safetensors weights and a tokenizer.
    ///   - options: threads, batch size, precision and image orientation.
    ///   - usesQuickGELU: whether the activation of both towers is x σ(1.702 x), or else the exact GELU. It overrides the
    ///     folder's configuration, which is wrong in some folders. Nil for the folder's.
    ///   - tokenization: the library whose rules tokenize texts.
    ///   - captioner: a captioner whose threads and kernels the encoder shares, instead of those of the options: the two
    ///     take turns.
    ///   - progress: called repeatedly with the fraction that is done, from 0 to 1, on any thread; with 1 once, at the
    ///     end.
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

    /// The same for a folder whose path may be any bytes.
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

    /// The folder of a model that was downloaded before, by its name, such as `openai/clip-vit-base-patch32`. The same as
    /// ``Captioner/downloadedModel(named:)``.
    /// - Parameter name: ORGANISATION/NAME, and `@REVISION` after it for another revision than the cache's current one.
    /// - Returns: the folder, whose download may be incomplete; nil if neither cache has the model.
    public static func downloadedModel(named name: String) -> URL? { Captioner.downloadedModel(named: name) }

    /// Checks that the model can take every token that the tokenizer can return.
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

    /// Whether a folder is that of a model that embeds images and texts.
    package static func claims(_ folder: FilePath) -> Bool { ModelFolder<any EmbeddingModel>.claims(folder) }
}
