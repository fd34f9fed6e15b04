package import CaptionerCheckpoints
package import CaptionerTensorCore

/// ConvNeXt: stages of convolutional blocks, each stage at half the resolution of the one before.
///
/// Reproduces `ConvNeXt` of timm without its head, in evaluation mode, in which no block is dropped (Liu et al., A ConvNet
/// for the 2020s, arXiv 2201.03545).
package struct ConvNeXtEncoder: Sendable {
    package let sizes: ConvNeXtSizes
    private let stem: Linear
    private let stemNorm: LayerNorm
    private let stages: [ConvNeXtStage]

    /// - Parameter weights: the scope that holds `vision_stem` and `vision_stages`.
    package init(_ sizes: ConvNeXtSizes, weights: WeightScope) throws {
        self.sizes = sizes
        let (patchSize, width) = (ConvNeXtSizes.stemPatchSize, sizes.widths[0])
        let stem = weights["vision_stem"]
        // A convolution whose stride is its size is a linear layer over flattened patches.
        self.stem = Linear(
            weights: try stem["0"].linearWeights("weight", shape: [width, 3, patchSize, patchSize]),
            bias: try stem["0"].parameter("bias", shape: [width]))
        stemNorm = try LayerNorm(stem["1"], width: width, epsilon: ConvNeXtSizes.layerNormEpsilon)
        stages = try sizes.depths.indices.map {
            try ConvNeXtStage(sizes, index: $0, weights: weights["vision_stages", $0])
        }
    }

    /// Floats of memory that an image takes, besides what each thread has.
    package func floatsPerImage(imageSize: Int) -> Int {
        // Pixels as patches of the stem; the outputs of all stages, which are kept; what the blocks need, and patches between
        // stages, whose memory is used again.
        let areas = stages.indices.map { index in
            let grid = sizes.gridSize(ofStage: index, imageSize: imageSize)
            return grid * grid
        }
        let outputs = zip(areas, sizes.widths).map { $0 * $1 }
        let working = zip(areas, stages).map { $0 * $1.floatsPerPixel }
        return 3 * imageSize * imageSize + outputs.reduce(0, +) + (working.max() ?? 0) + (outputs.first ?? 0)
    }

    /// The outputs of the stages, as they are, without a norm.
    /// - Shape: `[B, 3, S, S]` to `[B, G * G, C]` of each stage, where G is S / 4 in the first and half as much in each that
    ///   follows.
    /// - Throws: `CancellationError` when the task was cancelled.
    package func callAsFunction(_ pixels: borrowing Tensor, in context: ComputeContext) throws -> FeatureMaps {
        let grid = sizes.gridSize(ofStage: 0, imageSize: pixels.shape[3])
        let patches = flattenedPatches(
            pixels, patchSize: ConvNeXtSizes.stemPatchSize, gridSize: grid, in: context)  // [B, G * G, 48]
        let hidden = stem(patches, in: context)
        stemNorm.apply(to: hidden, in: context)
        let maps = FeatureMaps()
        try stages[0].run(on: hidden, gridSize: grid, in: context)
        maps.append(hidden, gridSize: grid)
        for stage in stages.dropFirst() {
            let previous = maps.maps[maps.maps.count - 1]
            let hidden = stage.downsampled(previous.tensor, gridSize: previous.gridSize, in: context)
            try stage.run(on: hidden, gridSize: previous.gridSize / 2, in: context)
            maps.append(hidden, gridSize: previous.gridSize / 2)
        }
        return maps
    }
}

/// Images at several resolutions.
package final class FeatureMaps {
    package final class Map {
        /// `[B, G * G, C]`
        package let tensor: Tensor
        /// G.
        package let gridSize: Int

        init(_ tensor: consuming Tensor, gridSize: Int) {
            self.tensor = tensor
            self.gridSize = gridSize
        }
    }

    package private(set) var maps: [Map] = []

    func append(_ tensor: consuming Tensor, gridSize: Int) { maps.append(Map(tensor, gridSize: gridSize)) }
}
