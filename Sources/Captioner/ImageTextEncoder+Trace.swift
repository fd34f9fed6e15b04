import CaptionerCheckpoints
import CaptionerImageProcessing
import CaptionerTensorCore
package import SystemPackage

/// The activations of one image and some texts, with the names under which other implementations are compared.
package struct EmbeddingTrace: Sendable {
    /// `pixel_values` [3, S, S], `vision.last_hidden_state` [T, D] without the norm after it, `image_embeds` [P]; with
    /// texts `text_embeds` [N, P] and `logits_per_image` [N]. Embeddings are not normalised. With a model that looks at texts
    /// together with the image also `itm_logits` [N, 2].
    let stages: [TracedStage]
    /// The ids of each text's tokens, begin and end tokens included.
    let tokenIDs: [[Int]]
    package let note: String?

    /// Writes the stages as float32, and the ids as int64 under `input_ids.0`, `input_ids.1` and so on, to a safetensors file
    /// that appears whole or not at all.
    /// - Throws: when the file cannot be written.
    package func write(to file: FilePath) throws {
        var tensors = stages.map {
            (name: $0.name, tensor: SafetensorsWriter.Tensor.float32(shape: $0.shape, values: $0.values))
        }
        for (index, ids) in tokenIDs.enumerated() {
            tensors.append(("input_ids.\(index)", .int64(shape: [ids.count], values: ids.map(Int64.init))))
        }
        try SafetensorsWriter.write(tensors, metadata: [:], to: file)
    }
}

extension ImageTextEncoder {
    /// Embeds one image and some texts, and keeps every stage's result.
    /// - Throws: `CaptionFailure` for a bad image; `TextFailure` as ``tokenIDs(_:)``; `CancellationError` when the task was
    ///   cancelled.
    package func trace(_ image: ImageSource, texts: [String]) async throws -> EmbeddingTrace {
        let (pixels, note) = try pixelValues(image)
        let recorded = Locked<[TracedStage]>([])
        let embedding = try await engine.embeddings(pixels: [pixels]) { stage in recorded.withLock { $0.append(stage) }
        }
        let size = processor.configuration.size
        var stages = [TracedStage("pixel_values", shape: [3, size.height, size.width], values: pixels)]
        stages += recorded.withLock { $0 }
        let tokenIDs = try texts.map(self.tokenIDs)
        if !texts.isEmpty {
            let embeddings = try await engine.embeddings(texts: tokenIDs)
            stages.append(
                TracedStage(
                    "text_embeds", shape: [texts.count, embeddingWidth], values: Array(embeddings.joined())))
            let cosines = embeddings.map { $0.normalized.dotProduct(embedding[0].normalized) }
            stages.append(
                TracedStage("logits_per_image", shape: [texts.count], values: cosines.map { $0 * logitScale }))
            if canMatch {
                let rows = try await engine.imageRows(pixels: [pixels])[0]
                let logits = try await engine.matchLogits(image: rows, texts: tokenIDs)
                stages.append(TracedStage("itm_logits", shape: [texts.count, 2], values: Array(logits.joined())))
            }
        }
        return EmbeddingTrace(stages: stages, tokenIDs: tokenIDs, note: note)
    }
}
