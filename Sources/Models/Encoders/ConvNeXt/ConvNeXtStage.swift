import CaptionerCheckpoints
import CaptionerTensorCore

/// A stage of a ConvNeXt: a convolution that halves the resolution, in all stages but the first, and blocks.
struct ConvNeXtStage: Sendable {
    private let downsampling: (norm: LayerNorm, convolution: Linear)?
    private let blocks: [Block]

    /// x + scale · W₂ GELU(W₁ norm(depthwise convolution of x) + b₁) + b₂.
    private struct Block: Sendable {
        let convolution: DepthwiseConvolution
        let feedForward: FeedForward
    }

    init(_ sizes: ConvNeXtSizes, index: Int, weights: WeightScope) throws {
        let (width, epsilon) = (sizes.widths[index], ConvNeXtSizes.layerNormEpsilon)
        if index > 0 {
            let previous = sizes.widths[index - 1]
            let scope = weights["downsample"]
            downsampling = (
                try LayerNorm(scope["0"], width: previous, epsilon: epsilon),
                Linear(
                    weights: try scope["1"].linearWeights("weight", shape: [width, previous, 2, 2]),
                    bias: try scope["1"].parameter("bias", shape: [width]))
            )
        } else {
            downsampling = nil
        }
        blocks = try (0..<sizes.depths[index]).map { number in
            let block = weights["blocks", number]
            return Block(
                convolution: try DepthwiseConvolution(
                    weight: block["conv_dw"].parameter("weight", shape: [width, 1, 7, 7]),
                    bias: block["conv_dw"].parameter("bias", shape: [width])),
                feedForward: FeedForward(
                    norm: try LayerNorm(block["norm"], width: width, epsilon: epsilon),
                    input: try Linear(block["mlp"]["fc1"], from: width, to: 4 * width), activation: .gelu,
                    output: try Linear(block["mlp"]["fc2"], from: 4 * width, to: width),
                    outputScale: try block.parameter("gamma", shape: [width])))
        }
    }

    /// Floats of memory for each pixel of the output, besides the pixel itself and what each thread has.
    var floatsPerPixel: Int {
        let width = blocks.first?.feedForward.width ?? 0
        // The depthwise convolution's result.
        return width + (blocks.first?.feedForward.floatsPerRow ?? 0)
    }

    /// The input of this stage from the output of the one before.
    /// - Parameter gridSize: G, pixels along each side of that output.
    /// - Shape: `[B, G * G, C]` to `[B, (G / 2) * (G / 2), C']`.
    func downsampled(_ hidden: borrowing Tensor, gridSize: Int, in context: ComputeContext) -> Tensor {
        guard let downsampling else { preconditionFailure("ConvNeXtStage: the first stage keeps its resolution") }
        let normalized = downsampling.norm(hidden, in: context)
        let patches = flattenedPatches(ofPixels: normalized, gridSize: gridSize, patchSize: 2, in: context)
        return downsampling.convolution(patches, in: context)
    }

    /// Runs the blocks. Changes `hidden` in place.
    /// - Shape: `[B, G * G, C]`.
    /// - Throws: `CancellationError` when the task was cancelled.
    func run(on hidden: borrowing Tensor, gridSize: Int, in context: ComputeContext) throws {
        for block in blocks {
            try Task.checkCancellation()
            let mixed = block.convolution(hidden, gridSize: gridSize, in: context)
            block.feedForward(mixed, addingTo: hidden, in: context)
        }
    }
}
