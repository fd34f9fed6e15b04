package import CaptionerCheckpoints
package import CaptionerTensorCore

/// The sizes of CLIP's vision tower.
package struct CLIPVisionSizes: Sendable {
    package let tower: CLIPTowerSizes
    /// Pixels along each side of the square input.
    package let imageSize: Int
    /// Pixels along each side of a patch.
    package let patchSize: Int

    package init(tower: CLIPTowerSizes, imageSize: Int, patchSize: Int) {
        self.tower = tower
        self.imageSize = imageSize
        self.patchSize = patchSize
    }

    /// Patches along one side.
    package var gridSize: Int { imageSize / patchSize }

    /// T, the class token and the patches.
    package var tokenCount: Int { gridSize * gridSize + 1 }
}

/// CLIP's vision tower: a pre-norm vision transformer with a class token, learned positions and a norm before its layers.
///
/// Reproduces `CLIPVisionModel` of transformers (Radford et al., arXiv 2103.00020).
package struct CLIPVisionEncoder: Sendable {
    package let sizes: CLIPVisionSizes
    private let patchEmbedding: Linear
    private let classEmbedding: Parameter  // [D]
    private let positionEmbedding: Parameter  // [T, D]
    private let preLayerNorm: LayerNorm
    private let tower: CLIPTower
    /// nil where a layer before the last is wanted.
    private let postLayerNorm: LayerNorm?

    /// - Parameter layerCount: how many of the layers are wanted, where not the last one's rows are: the others and the norm
    ///   after them are not read.
    package init(_ sizes: CLIPVisionSizes, layerCount: Int? = nil, weights: WeightScope) throws {
        self.sizes = sizes
        let (width, patchSize) = (sizes.tower.width, sizes.patchSize)
        let embeddings = weights["embeddings"]
        // A convolution whose stride is its size is a linear layer over flattened patches.
        patchEmbedding = Linear(
            weights: try embeddings["patch_embedding"].linearWeights(
                "weight", shape: [width, 3, patchSize, patchSize]),
            bias: nil)
        classEmbedding = try embeddings.parameter("class_embedding", shape: [width])
        positionEmbedding = try embeddings["position_embedding"].parameter(
            "weight", shape: [sizes.tokenCount, width])
        embeddings.ignore("position_ids")
        // The name is spelled so in every checkpoint.
        preLayerNorm = try LayerNorm(
            weights["pre_layrnorm"], width: width, epsilon: sizes.tower.layerNormEpsilon)
        tower = try CLIPTower(
            sizes.tower, over: .longSequences, isCausal: false, layerCount: layerCount, weights: weights["encoder"])
        postLayerNorm =
            layerCount == nil
            ? try LayerNorm(weights["post_layernorm"], width: width, epsilon: sizes.tower.layerNormEpsilon) : nil
        if layerCount != nil { weights.ignoreRest() }
    }

    /// Floats of memory that an image takes, besides what each thread has.
    package var floatsPerImage: Int {
        // Pixels, and the same as patches; patch embeddings, and tokens.
        6 * sizes.imageSize * sizes.imageSize + sizes.tokenCount * (2 * sizes.tower.width + tower.floatsPerRow)
    }

    /// All rows after the last layer that was read, without the norm that follows it, class token first: `last_hidden_state`.
    /// - Shape: `[B, 3, S, S]` to `[B, T, D]`.
    /// - Throws: `CancellationError` when the task was cancelled.
    package func hiddenState(_ pixels: borrowing Tensor, in context: ComputeContext) throws -> Tensor {
        let hidden = embed(pixels, in: context)
        try tower.run(on: hidden, sequences: sequences(hidden), in: context)
        return hidden
    }

    /// The class token of each image after the last layer and its norm: `pooler_output`.
    /// - Shape: `[B, 3, S, S]` to `[B, D]`.
    /// - Throws: `CancellationError` when the task was cancelled.
    package func callAsFunction(_ pixels: borrowing Tensor, in context: ComputeContext) throws -> Tensor {
        let hidden = embed(pixels, in: context)
        let sequences = sequences(hidden)
        let pooled = try tower.rows(sequences.map(\.lowerBound), of: hidden, sequences: sequences, in: context)
        guard let postLayerNorm else { preconditionFailure("CLIPVisionEncoder: its last layer was not read") }
        postLayerNorm.apply(to: pooled, in: context)
        return pooled
    }

    private func sequences(_ hidden: borrowing Tensor) -> [Range<Int>] {
        let count = sizes.tokenCount
        return (0..<hidden.shape[0]).map { ($0 * count)..<(($0 + 1) * count) }
    }

    /// Class token and patches with their positions, normalised.
    private func embed(_ pixels: borrowing Tensor, in context: ComputeContext) -> Tensor {
        let patches = flattenedPatches(
            pixels, patchSize: sizes.patchSize, gridSize: sizes.gridSize, in: context)
        let hidden = visionTokens(
            patches: patchEmbedding(patches, in: context), classEmbedding: classEmbedding,
            positionEmbedding: positionEmbedding, in: context)  // [B, T, D]
        preLayerNorm.apply(to: hidden, in: context)
        return hidden
    }
}
