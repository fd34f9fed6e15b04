import CaptionerFiles
import CaptionerImageProcessing
import CaptionerModels
import CaptionerTensorCore
public import Foundation
import SystemPackage

/// The memory that captioning takes, computed from the sizes of the model and not measured.
public struct MemoryEstimate: Sendable, Hashable, Codable {
    /// Bytes of the weights. Embedding tables are left out, since only some of their rows are read.
    ///
    /// Where the checkpoint's format allows it, weights are mapped from its files: the system can drop such pages, and
    /// several processes share them.
    public var weightBytes: Int
    /// Bytes for a batch: its images and those of the next batch, activations and the KV cache.
    public var batchBytes: Int
    /// Bytes of weights, batch and the program itself.
    public var totalBytes: Int { weightBytes + batchBytes + Self.programBytes }

    /// The code, the tokenizer, and what each thread has for itself.
    private static let programBytes = 48 << 20
}

extension Captioner {
    /// The memory that captioning takes with this captioner, for a batch size.
    ///
    /// ```swift
    /// let sizes = [1, 2, 4, 8, 16].filter { captioner.estimatedMemory(batchSize: $0).totalBytes < 6_000_000_000 }
    /// ```
    /// - Parameters:
    ///   - batchSize: the number of images that go through the model together, at least 1.
    ///   - options: how captions are generated. Beams, several captions of an image and many new tokens need a larger KV
    ///     cache.
    public func estimatedMemory(
        batchSize: Int, options: GenerationOptions = GenerationOptions()
    ) -> MemoryEstimate {
        MemoryEstimate(
            weightBytes: weightBytes, batchBytes: engine.model.batchBytes(batchSize: batchSize, options: options))
    }

    /// The memory that captioning takes with a model, computed before it is loaded: only headers of its files are read.
    ///
    /// ```swift
    /// let memory = try Captioner.estimatedMemory(modelFolder: folder, options: .init(batchSize: 8, precision: .int8))
    /// ```
    /// - Parameters:
    ///   - modelFolder: as for ``init(modelFolder:options:progress:)``.
    ///   - options: the precision and the batch size.
    ///   - generationOptions: how captions are generated.
    /// - Throws: `CaptionerError` with the code `unusableModel` or `invalidOption`.
    public static func estimatedMemory(
        modelFolder: URL, options: Options = Options(), generationOptions: GenerationOptions = GenerationOptions()
    ) throws -> MemoryEstimate {
        try ModelMemory.ofCaptioner(
            model: FilePath(modelFolder), options: options, generationOptions: generationOptions
        ).estimate
    }
}

extension CaptioningModel {
    /// Bytes for a batch, besides the weights and what the program takes anyway.
    func batchBytes(batchSize: Int, options: Captioner.GenerationOptions) -> Int {
        let batch = max(batchSize, 1)
        let sequences = batch * max(options.numBeams, options.numReturnSequences, 1)
        // A token has at least one byte. What a template puts around a question, or asks by itself, is shorter than this.
        let promptTokens = (prompt.conversation == nil ? 1 : 32) + (options.prompt?.utf8.count ?? 0)
        let (decoder, newTokens) = (decoder, max(options.maxNewTokens, 1))
        let tiles = prompt.tiles == nil ? 1 : TileGrid.most
        let positions = min(tiles * prompt.imagePositions + promptTokens, decoder.contextLength)
        // The shared prefix of an image is once in the KV cache, a suffix once for each sequence.
        let cached = batch * positions + sequences * min(promptTokens + newTokens, decoder.contextLength)
        let keysAndValues = cached * decoder.layerCount * 2 * decoder.attention.keyValueWidth
        let pixels = tiles * 3 * imageSize * imageSize
        // Pixels of this batch, as prepared and side by side, and of the next.
        let images = batch * 3 * pixels + min(batch * tiles, max(batch, 8)) * floatsPerImage
        let attended = batch * prompt.imageRows * (decoder.imageAttention?.floatsPerImageRow ?? 0)
        let prefill = batch * positions * decoder.floatsPerRow
        let logits = 2 * sequences * decoder.vocabularySize
        return 4 * (images + prefill + keysAndValues + attended + logits)
    }
}
