import CaptionerCheckpoints
import CaptionerTensorCore

/// The querying transformer: learned queries that attend to the image tokens, and whose outputs the decoder is given.
///
/// Reproduces `Blip2QFormerModel` of transformers without text input (Li et al., BLIP-2, arXiv 2301.12597).
struct QFormer: Sendable {
    private let queryTokens: Parameter  // [Q, D]
    private let inputLayerNorm: LayerNorm
    private let layers: [QFormerLayer]

    /// - Parameter root: the checkpoint's root scope, since the queries lie outside of the Q-Former's own.
    init(_ configuration: QFormerConfiguration, queryTokenCount: Int, root: WeightScope) throws {
        let weights = root["qformer"]
        let width = configuration.width
        queryTokens = try root.parameter("query_tokens", shape: [1, queryTokenCount, width])
            .reshaped(to: [queryTokenCount, width])
        inputLayerNorm = try LayerNorm(weights["layernorm"], width: width, epsilon: configuration.layerNormEpsilon)
        layers = try (0..<configuration.layerCount).map { index in
            try QFormerLayer(
                configuration, hasCrossAttention: index % configuration.crossAttentionFrequency == 0,
                weights: weights["encoder"]["layer", index])
        }
        // A buffer that old conversions stored; positions are not used without text.
        weights["embeddings"].ignore("position_ids")
    }

    /// Floats of memory that an image of T tokens takes: keys and values of its tokens, and rows of the queries.
    func floatsPerImage(tokenCount: Int) -> Int {
        2 * queryTokens.shape[1] * tokenCount + 8 * queryTokens.count
    }

    /// The outputs of the queries for each image.
    /// - Shape: image tokens `[B, T, Dv]` to `[B, Q, D]`.
    /// - Throws: `CancellationError` when the task was cancelled.
    func callAsFunction(_ imageTokens: borrowing Tensor, in context: ComputeContext) throws -> Tensor {
        let batch = imageTokens.shape[0]
        let hidden = Tensor(shape: [batch] + queryTokens.shape, in: context)  // [B, Q, D]
        for image in 0..<batch {
            (hidden.pointer + image * queryTokens.count).update(from: queryTokens.pointer, count: queryTokens.count)
        }
        inputLayerNorm.apply(to: hidden, in: context)
        for layer in layers {
            try Task.checkCancellation()
            layer(hidden, imageTokens: imageTokens, in: context)
        }
        return hidden
    }
}
