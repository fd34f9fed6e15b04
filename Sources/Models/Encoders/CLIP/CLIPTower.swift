import CaptionerCheckpoints
package import CaptionerTensorCore

/// The sizes of the transformer in a tower of CLIP or SigLIP.
package struct CLIPTowerSizes: Sendable {
    /// D, the width of a row.
    package let width: Int
    /// F, the width inside the feed-forward.
    package let feedForwardWidth: Int
    package let layerCount: Int
    package let headCount: Int
    package let activation: Activation
    package let layerNormEpsilon: Float

    package init(
        width: Int, feedForwardWidth: Int, layerCount: Int, headCount: Int, activation: Activation,
        layerNormEpsilon: Float
    ) {
        self.width = width
        self.feedForwardWidth = feedForwardWidth
        self.layerCount = layerCount
        self.headCount = headCount
        self.activation = activation
        self.layerNormEpsilon = layerNormEpsilon
    }
}

/// The pre-norm transformer layers that both towers of CLIP consist of (Radford et al., arXiv 2103.00020), and SigLIP's.
struct CLIPTower: Sendable {
    private let layers: [PreNormLayer]
    /// Whether a position sees those up to its own only.
    private let isCausal: Bool

    /// - Parameters:
    ///   - layerCount: how many of the layers are read; all if nothing is said.
    ///   - weights: the scope that holds `layers`.
    init(
        _ sizes: CLIPTowerSizes, over kind: AttentionSizes.Kind, isCausal: Bool, layerCount: Int? = nil,
        weights: WeightScope
    ) throws {
        self.isCausal = isCausal
        let attention = AttentionSizes(kind, headCount: sizes.headCount, headSize: sizes.width / sizes.headCount)
        layers = try (0..<min(layerCount ?? sizes.layerCount, sizes.layerCount)).map {
            try Self.layer(sizes, attention, weights: weights["layers", $0])
        }
    }

    private static func layer(
        _ sizes: CLIPTowerSizes, _ attention: AttentionSizes, weights: WeightScope
    ) throws -> PreNormLayer {
        let (width, inner, epsilon) = (sizes.width, sizes.feedForwardWidth, sizes.layerNormEpsilon)
        let projections = weights["self_attn"]
        return PreNormLayer(
            norm: try LayerNorm(weights["layer_norm1"], width: width, epsilon: epsilon),
            queryKeyValue: try LinearGroup(projections, ["q_proj", "k_proj", "v_proj"], from: width, to: width),
            sizes: attention,
            output: try Linear(projections["out_proj"], from: width, to: width),
            feedForward: FeedForward(
                norm: try LayerNorm(weights["layer_norm2"], width: width, epsilon: epsilon),
                input: try Linear(weights["mlp"]["fc1"], from: width, to: inner), activation: sizes.activation,
                output: try Linear(weights["mlp"]["fc2"], from: inner, to: width)))
    }

    /// Floats of memory for each row, besides the row itself and what each thread has.
    var floatsPerRow: Int { layers.first?.floatsPerRow ?? 0 }

    /// Runs all layers, or the first of them. Changes `hidden` in place.
    ///
    /// - Parameters:
    ///   - sequences: the rows of each sequence.
    ///   - count: how many layers; all if nothing is said.
    /// - Shape: `[..., D]`.
    /// - Throws: `CancellationError` when the task was cancelled.
    func run(
        on hidden: borrowing Tensor, sequences: [Range<Int>], layerCount count: Int? = nil, in context: ComputeContext
    ) throws {
        for layer in layers.prefix(count ?? layers.count) {
            try Task.checkCancellation()
            layer(hidden, in: context) {
                selfAttention($0, sequences: sequences, sizes: layer.sizes, isCausal: isCausal, in: context)
            }
        }
    }

    /// Runs all layers, the last for one row of each sequence alone. Changes `hidden`.
    ///
    /// - Parameter rows: one of each sequence, which sees all of its rows: where positions see those up to their own only,
    ///   the last.
    /// - Returns: `[N, D]`.
    /// - Throws: `CancellationError` when the task was cancelled.
    func rows(
        _ rows: [Int], of hidden: borrowing Tensor, sequences: [Range<Int>], in context: ComputeContext
    ) throws -> Tensor {
        guard let last = layers.last else { return hidden.gathered(rows: rows, in: context) }
        try run(on: hidden, sequences: sequences, layerCount: layers.count - 1, in: context)
        try Task.checkCancellation()
        return last(hidden, rows: rows, sequences: sequences, in: context)
    }
}
