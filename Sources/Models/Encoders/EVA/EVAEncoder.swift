package import CaptionerCheckpoints
package import CaptionerTensorCore

/// The EVA vision transformer: pre-norm, with a class token and learned positions.
///
/// Reproduces `Blip2VisionModel` of transformers (Fang et al., EVA, arXiv 2211.07636), and `BlipVisionModel`, whose layers are
/// the same (Dosovitskiy et al., arXiv 2010.11929).
package struct EVAEncoder: Sendable {
    private let configuration: EVAConfiguration
    private let patchEmbedding: Linear
    private let classEmbedding: Parameter  // [D]
    private let positionEmbedding: Parameter  // [T, D]
    private let blocks: [PreNormLayer]
    private let finalLayerNorm: LayerNorm

    package init(_ configuration: EVAConfiguration, weights: WeightScope) throws {
        self.configuration = configuration
        let (width, patchSize) = (configuration.width, configuration.patchSize)
        let embeddings = weights["embeddings"]
        // A convolution whose stride is its size is a linear layer over flattened patches.
        patchEmbedding = Linear(
            weights: try embeddings["patch_embedding"].linearWeights(
                "weight", shape: [width, 3, patchSize, patchSize]),
            bias: try embeddings["patch_embedding"].parameter("bias", shape: [width]))
        classEmbedding = try embeddings.parameter("class_embedding", shape: [1, 1, width]).reshaped(to: [width])
        positionEmbedding = try embeddings.parameter(
            "position_embedding", shape: [1, configuration.tokenCount, width]
        ).reshaped(to: [configuration.tokenCount, width])
        blocks = try (0..<configuration.layerCount).map {
            try Self.block(configuration, weights: weights["encoder"]["layers", $0])
        }
        finalLayerNorm = try LayerNorm(
            weights["post_layernorm"], width: width, epsilon: configuration.layerNormEpsilon)
    }

    private static func block(_ configuration: EVAConfiguration, weights: WeightScope) throws -> PreNormLayer {
        let (width, inner) = (configuration.width, configuration.feedForwardWidth)
        let (epsilon, attention) = (configuration.layerNormEpsilon, weights["self_attn"])
        return PreNormLayer(
            norm: try LayerNorm(weights["layer_norm1"], width: width, epsilon: epsilon),
            queryKeyValue: LinearGroup([
                try Linear(attention["qkv"], from: width, to: 3 * width, hasBias: configuration.hasAttentionBias)
            ]),
            sizes: AttentionSizes(
                .longSequences, headCount: configuration.headCount, headSize: width / configuration.headCount),
            output: try Linear(attention["projection"], from: width, to: width),
            feedForward: FeedForward(
                norm: try LayerNorm(weights["layer_norm2"], width: width, epsilon: epsilon),
                input: try Linear(weights["mlp"]["fc1"], from: width, to: inner), activation: .gelu,
                output: try Linear(weights["mlp"]["fc2"], from: inner, to: width)))
    }

    /// Floats of memory that an image takes, besides what each thread has.
    package var floatsPerImage: Int {
        let pixels = 3 * configuration.imageSize * configuration.imageSize
        // The pixels once more, as patches; patch embeddings, and tokens.
        return 2 * pixels + configuration.tokenCount * (2 * configuration.width + (blocks.first?.floatsPerRow ?? 0))
    }

    /// The image tokens, class token first.
    /// - Shape: `[B, 3, S, S]` to `[B, T, D]`.
    /// - Throws: `CancellationError` when the task was cancelled.
    package func callAsFunction(_ pixelValues: borrowing Tensor, in context: ComputeContext) throws -> Tensor {
        let batch = pixelValues.shape[0]
        let hidden = embed(pixelValues, in: context)  // [B, T, D]
        for block in blocks {
            try Task.checkCancellation()
            block(hidden, in: context) { selfAttention($0, batch: batch, sizes: block.sizes, in: context) }
        }
        finalLayerNorm.apply(to: hidden, in: context)
        return hidden
    }

    private func embed(_ pixelValues: borrowing Tensor, in context: ComputeContext) -> Tensor {
        let patches = flattenedPatches(
            pixelValues, patchSize: configuration.patchSize, gridSize: configuration.gridSize, in: context)
        return visionTokens(
            patches: patchEmbedding(patches, in: context), classEmbedding: classEmbedding,
            positionEmbedding: positionEmbedding, in: context)
    }
}
