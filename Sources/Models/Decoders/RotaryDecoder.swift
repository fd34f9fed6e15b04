package import CaptionerCheckpoints
package import CaptionerTensorCore

/// The sizes of a decoder with rotary positions.
package struct RotaryDecoderSizes: Sendable {
    /// V, the rows of the embedding table.
    let vocabularySize: Int
    /// D, the width of a position.
    let width: Int
    /// F, the width inside the feed-forward.
    let feedForwardWidth: Int
    let layerCount: Int
    let attention: AttentionSizes
    /// The most positions, image and prompt included.
    let contextLength: Int
    let normEpsilon: Float
    /// What is added to the weights of norms.
    let normOffset: Float
    /// `rope_theta`.
    let rotaryBase: Double
    let activation: Activation
    /// What the embeddings are multiplied by; nil for nothing.
    let embeddingScale: Float?
    /// Whether that of images, too.
    var scalesImages = true
    /// The number of the first position.
    var firstPosition = 0
    /// Whether positions before the first new token see each other in both directions.
    var seesWholePrefix = false
    /// Whether what attention and feed-forward give is normalised, too, before it joins the residual stream.
    var normalizesOutputs = false
    /// Where it is above 0, a logit l is cap · tanh(l / cap).
    var logitCap: Float = 0
    /// Whether the output layer is the embedding table.
    let tiesWordEmbeddings: Bool
}

/// A pre-norm causal transformer with rotary positions, keys and values shared by heads, and a gated feed-forward.
///
/// Reproduces `LlamaForCausalLM`, `GemmaForCausalLM` and `Gemma2ForCausalLM` of transformers (Touvron et al., LLaMA, arXiv
/// 2302.13971; Gemma Team, Gemma, arXiv 2403.08295, and Gemma 2, arXiv 2408.00118). Gemma's embeddings are multiplied by √D, and
/// its norms store the difference of weights from 1.
package struct RotaryDecoder: CausalDecoder {
    private let sizes: RotaryDecoderSizes
    private let tokenEmbedding: EmbeddingTable  // [V, D]
    private let layers: [PreNormLayer]
    private let positions: RotaryPositions
    private let head: LanguageModelHead

    /// - Parameters:
    ///   - weights: the scope that holds `embed_tokens`, `layers` and `norm`.
    ///   - head: the scope of the output layer.
    package init(_ sizes: RotaryDecoderSizes, weights: WeightScope, head: WeightScope) throws {
        self.sizes = sizes
        let (width, vocabularySize) = (sizes.width, sizes.vocabularySize)
        let table = weights["embed_tokens"]
        tokenEmbedding = table.embeddingTable("weight", shape: [vocabularySize, width])
        layers = try (0..<sizes.layerCount).map { try Self.layer(sizes, weights: weights["layers", $0]) }
        positions = RotaryPositions(
            headSize: sizes.attention.headSize, base: sizes.rotaryBase, firstPosition: sizes.firstPosition)
        let output: Linear
        if sizes.tiesWordEmbeddings {
            output = Linear(
                weights: try head.linearWeights("weight", tiedTo: table, shape: [vocabularySize, width]), bias: nil)
        } else {
            output = try Linear(head, from: width, to: vocabularySize, hasBias: false)
        }
        self.head = LanguageModelHead(
            norm: try Self.norm(weights["norm"], sizes), output: output, logitCap: sizes.logitCap)
    }

    private static func layer(_ sizes: RotaryDecoderSizes, weights: WeightScope) throws -> PreNormLayer {
        let (width, inner, heads) = (sizes.width, sizes.feedForwardWidth, sizes.attention)
        let (attention, feedForward) = (weights["self_attn"], weights["mlp"])
        // Gemma 2 calls the norm before the feed-forward as others do not: theirs is "post_attention_layernorm".
        let afterAttention = try norm(weights["post_attention_layernorm"], sizes)
        let beforeFeedForward =
            sizes.normalizesOutputs ? try norm(weights["pre_feedforward_layernorm"], sizes) : afterAttention
        let afterFeedForward =
            sizes.normalizesOutputs ? try norm(weights["post_feedforward_layernorm"], sizes) : nil
        return PreNormLayer(
            norm: try norm(weights["input_layernorm"], sizes),
            queryKeyValue: LinearGroup([
                try Linear(attention["q_proj"], from: width, to: heads.queryWidth, hasBias: false),
                try Linear(attention["k_proj"], from: width, to: heads.keyValueWidth, hasBias: false),
                try Linear(attention["v_proj"], from: width, to: heads.keyValueWidth, hasBias: false),
            ]),
            sizes: heads,
            output: try Linear(attention["o_proj"], from: heads.queryWidth, to: width, hasBias: false),
            outputNorm: sizes.normalizesOutputs ? afterAttention : nil,
            feedForward: FeedForward(
                norm: beforeFeedForward,
                gate: try Linear(feedForward["gate_proj"], from: width, to: inner, hasBias: false),
                input: try Linear(feedForward["up_proj"], from: width, to: inner, hasBias: false),
                activation: sizes.activation,
                output: try Linear(feedForward["down_proj"], from: inner, to: width, hasBias: false),
                outputNorm: afterFeedForward))
    }

    private static func norm(_ weights: WeightScope, _ sizes: RotaryDecoderSizes) throws -> RMSNorm {
        RMSNorm(
            weight: try weights.parameter("weight", shape: [sizes.width]), offset: sizes.normOffset,
            epsilon: sizes.normEpsilon)
    }

    package var attention: AttentionSizes { sizes.attention }
    // Its models are given conversations, whose image is in the first question, or tasks, which are prefixes as they are.
    package var packsLongPrefixes: Bool { true }
    package var width: Int { sizes.width }
    package var vocabularySize: Int { sizes.vocabularySize }
    package var contextLength: Int { sizes.contextLength }
    package var layerCount: Int { layers.count }
    package var floatsPerRow: Int { sizes.width + (layers.first?.floatsPerRow ?? 0) }

    package func embed(_ tokenID: Int, into row: UnsafeMutablePointer<Float>) {
        tokenEmbedding.copy(tokenID, into: row)
        guard !sizes.scalesImages, let factor = sizes.embeddingScale else { return }
        for index in 0..<sizes.width { row[index] *= factor }
    }

    package func prepare(_ hidden: borrowing Tensor, spans: [SequenceSpan], in context: ComputeContext) {
        guard sizes.scalesImages, let factor = sizes.embeddingScale else { return }
        for index in 0..<hidden.count { hidden.pointer[index] *= factor }
    }

    package func run(
        layer index: Int, on hidden: borrowing Tensor, spans: [SequenceSpan], cache: LayerCache,
        in context: ComputeContext
    ) {
        let layer = layers[index]
        layer(hidden, in: context) { projection in
            positions.apply(to: projection, spans: spans, sizes: layer.sizes, in: context)
            return cache.positions.attend(
                projection, spans: spans, seesWholePrefix: sizes.seesWholePrefix, in: context)
        }
    }

    package func logits(after hidden: borrowing Tensor, rows: [Int], in context: ComputeContext) -> Tensor {
        head(hidden, rows: rows, in: context)
    }
}
