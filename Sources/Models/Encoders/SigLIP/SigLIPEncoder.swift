package import CaptionerCheckpoints
package import CaptionerTensorCore

/// SigLIP's vision tower: a pre-norm vision transformer with learned positions, without a class token.
///
/// Reproduces `SiglipVisionModel` of transformers without its head (Zhai et al., SigLIP, arXiv 2303.15343), and
/// `Idefics3VisionTransformer` for images that fill the whole square. There position ids are computed from fractions of the
/// side; versions 4.55 to 4.57 shift them by one in float32, which earlier and later ones do not.
package struct SigLIPEncoder: Sendable {
    package let sizes: SigLIPSizes
    private let patchEmbedding: Linear
    private let positionEmbedding: Parameter  // [T, D]
    private let tower: CLIPTower
    private let postLayerNorm: LayerNorm

    package init(_ sizes: SigLIPSizes, weights: WeightScope) throws {
        self.sizes = sizes
        let (width, patchSize, embeddings) = (sizes.tower.width, sizes.patchSize, weights["embeddings"])
        // A convolution whose stride is its size is a linear layer over flattened patches.
        patchEmbedding = Linear(
            weights: try embeddings["patch_embedding"].linearWeights(
                "weight", shape: [width, 3, patchSize, patchSize]),
            bias: try embeddings["patch_embedding"].parameter("bias", shape: [width]))
        positionEmbedding = try embeddings["position_embedding"].parameter(
            "weight", shape: [sizes.tokenCount, width])
        embeddings.ignore("position_ids")
        tower = try CLIPTower(
            sizes.tower, over: .longSequences, isCausal: false, weights: weights["encoder"])
        postLayerNorm = try LayerNorm(
            weights["post_layernorm"], width: width, epsilon: sizes.tower.layerNormEpsilon)
    }

    /// Floats of memory that an image takes, besides what each thread has.
    package var floatsPerImage: Int {
        // The pixels once more, as patches, and tokens.
        6 * sizes.imageSize * sizes.imageSize + sizes.tokenCount * (sizes.tower.width + tower.floatsPerRow)
    }

    /// The rows of all patches after the norm.
    /// - Shape: `[B, 3, S, S]` to `[B, T, D]`.
    /// - Throws: `CancellationError` when the task was cancelled.
    package func callAsFunction(_ pixels: borrowing Tensor, in context: ComputeContext) throws -> Tensor {
        let patches = flattenedPatches(
            pixels, patchSize: sizes.patchSize, gridSize: sizes.gridSize, in: context)
        let hidden = patchEmbedding(patches, in: context)  // [B, T, D]
        let (count, batch) = (sizes.tokenCount, pixels.shape[0])
        for image in 0..<batch {
            accumulate(
                positionEmbedding.pointer, into: hidden.pointer + image * positionEmbedding.count,
                count: positionEmbedding.count)
        }
        let sequences = (0..<batch).map { ($0 * count)..<(($0 + 1) * count) }
        try tower.run(on: hidden, sequences: sequences, in: context)
        postLayerNorm.apply(to: hidden, in: context)
        return hidden
    }
}
