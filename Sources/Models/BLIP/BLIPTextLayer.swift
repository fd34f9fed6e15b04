import CaptionerCheckpoints
import CaptionerTensorCore

/// A post-norm layer of BLIP's text stack: self-attention, attention over the rows of an image, a feed-forward.
struct BLIPTextLayer: Sendable {
    private let selfAttention: PostNormAttention
    private let imageAttention: PostNormAttention
    /// Keys and values of an image's rows.
    let keysAndValues: LinearGroup
    private let feedForward: FeedForward
    private let norm: LayerNorm

    /// - Parameters:
    ///   - kind: what the attention is over.
    ///   - imageWidth: E, the width of the rows that are attended over.
    init(
        _ configuration: BLIPTextConfiguration, over kind: AttentionSizes.Kind, imageWidth: Int, weights: WeightScope
    ) throws {
        let (width, inner, epsilon) = (
            configuration.width, configuration.feedForwardWidth, configuration.layerNormEpsilon
        )
        let sizes = AttentionSizes(
            kind, headCount: configuration.headCount, headSize: width / configuration.headCount)
        func attention(_ name: String, _ names: [String]) throws -> PostNormAttention {
            try PostNormAttention(
                sizes, names, projections: weights[name]["self"], output: weights[name]["output"], epsilon: epsilon)
        }
        selfAttention = try attention("attention", ["query", "key", "value"])
        imageAttention = try attention("crossattention", ["query"])
        keysAndValues = try LinearGroup(
            weights["crossattention"]["self"], ["key", "value"], from: imageWidth, to: width)
        feedForward = FeedForward(
            input: try Linear(weights["intermediate"]["dense"], from: width, to: inner), activation: .gelu,
            output: try Linear(weights["output"]["dense"], from: inner, to: width))
        norm = try LayerNorm(weights["output"]["LayerNorm"], width: width, epsilon: epsilon)
    }

    /// Of both attentions.
    var sizes: AttentionSizes { selfAttention.sizes }

    /// Floats of memory for each row of many, besides the row itself and what each thread has.
    var floatsPerRow: Int { max(selfAttention.floatsPerRow, feedForward.floatsPerRow) }

    /// Changes `hidden` in place.
    /// - Parameters:
    ///   - attend: self-attention of queries, keys and values `[R, 3 * D]`, to `[R, D]`.
    ///   - attendImage: attention of queries `[R, D]` over the rows of an image, to `[R, D]`.
    /// - Shape: `[R, D]`.
    func callAsFunction(
        _ hidden: borrowing Tensor, in context: ComputeContext, attend: (borrowing Projection) -> Tensor,
        attendImage: (borrowing Projection) -> Tensor
    ) {
        selfAttention(hidden, in: context, attend: attend)
        imageAttention(hidden, in: context, attend: attendImage)
        finish(hidden, in: context)
    }

    /// The same for a text without an image: that step is left out, its norm included.
    func callAsFunction(
        _ hidden: borrowing Tensor, in context: ComputeContext, attend: (borrowing Projection) -> Tensor
    ) {
        selfAttention(hidden, in: context, attend: attend)
        finish(hidden, in: context)
    }

    private func finish(_ hidden: borrowing Tensor, in context: ComputeContext) {
        feedForward(hidden, in: context)
        norm.apply(to: hidden, in: context)
    }
}
