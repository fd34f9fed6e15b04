import Checkpoints
import TensorCore

/// BLIP-2's vision tower: the EVA vision transformer, pre-norm, with a class token and learned positions.
///
/// Reproduces `Blip2VisionModel` of transformers (Fang et al., EVA, arXiv 2211.07636).
struct VisionTransformer: Sendable {
    private let configuration: VisionConfiguration
    private let patchEmbedding: Linear
    private let classEmbedding: Parameter  // [D]
    private let positionEmbedding: Parameter  // [T, D]
    private let blocks: [VisionBlock]
    private let finalLayerNorm: LayerNorm

    init(_ configuration: VisionConfiguration, weights: WeightScope) throws {
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
            try VisionBlock(configuration, weights: weights["encoder"]["layers", $0])
        }
        finalLayerNorm = try LayerNorm(
            weights["post_layernorm"], width: width, epsilon: configuration.layerNormEpsilon)
    }

    /// The image tokens, class token first.
    /// - Shape: `[B, 3, S, S]` to `[B, T, D]`.
    /// - Throws: `CancellationError` when the task was cancelled.
    func callAsFunction(_ pixelValues: borrowing Tensor, in context: ComputeContext) throws -> Tensor {
        let hidden = embed(pixelValues, in: context)  // [B, T, D]
        for block in blocks {
            try Task.checkCancellation()
            block(hidden, in: context)
        }
        finalLayerNorm.apply(to: hidden, in: context)
        return hidden
    }

    private func embed(_ pixelValues: borrowing Tensor, in context: ComputeContext) -> Tensor {
        let batch = pixelValues.shape[0]
        let (tokenCount, width) = (configuration.tokenCount, configuration.width)
        let patches = flattenedPatches(
            pixelValues, patchSize: configuration.patchSize, gridSize: configuration.gridSize, in: context)
        let embedded = patchEmbedding(patches, in: context)  // [B, G * G, D]
        let hidden = Tensor(shape: [batch, tokenCount, width], in: context)
        for image in 0..<batch {
            let target = hidden.pointer + image * tokenCount * width
            target.update(from: classEmbedding.pointer, count: width)
            let patchRows = (tokenCount - 1) * width
            (target + width).update(from: embedded.pointer + image * patchRows, count: patchRows)
            accumulate(positionEmbedding.pointer, into: target, count: tokenCount * width)
        }
        return hidden
    }
}
