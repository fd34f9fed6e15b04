package import CaptionerCheckpoints
package import CaptionerTensorCore

/// The Gemma language model: a pre-norm causal transformer with rotary positions, keys and values shared by heads, and a
/// gated feed-forward. Its embeddings are multiplied by √D, and its output layer is the embedding table.
///
/// Reproduces `GemmaForCausalLM` of transformers (Gemma Team, Gemma, arXiv 2403.08295).
package struct GemmaDecoder: CausalDecoder {
    package let configuration: GemmaConfiguration
    private let tokenEmbedding: EmbeddingTable  // [V, D]
    private let layers: [PreNormLayer]
    package let attention: AttentionSizes
    private let positions: RotaryPositions
    private let head: LanguageModelHead

    /// - Parameters:
    ///   - weights: the scope that holds `embed_tokens`, `layers` and `norm`.
    ///   - head: the scope of the output layer.
    package init(_ configuration: GemmaConfiguration, weights: WeightScope, head: WeightScope) throws {
        self.configuration = configuration
        let (width, vocabularySize) = (configuration.width, configuration.vocabularySize)
        let table = weights["embed_tokens"]
        tokenEmbedding = table.embeddingTable("weight", shape: [vocabularySize, width])
        let attention = AttentionSizes(
            .cache, headCount: configuration.headCount, keyValueHeadCount: configuration.keyValueHeadCount,
            headSize: configuration.headSize)
        self.attention = attention
        layers = try (0..<configuration.layerCount).map {
            try Self.layer(configuration, attention, weights: weights["layers", $0])
        }
        positions = RotaryPositions(headSize: configuration.headSize, base: configuration.rotaryBase)
        self.head = LanguageModelHead(
            norm: try Self.norm(weights["norm"], configuration),
            output: Linear(
                weights: try head.linearWeights("weight", tiedTo: table, shape: [vocabularySize, width]), bias: nil))
    }

    private static func layer(
        _ configuration: GemmaConfiguration, _ sizes: AttentionSizes, weights: WeightScope
    ) throws -> PreNormLayer {
        let (width, inner) = (configuration.width, configuration.feedForwardWidth)
        let (attention, feedForward) = (weights["self_attn"], weights["mlp"])
        return PreNormLayer(
            norm: try norm(weights["input_layernorm"], configuration),
            queryKeyValue: LinearGroup([
                try Linear(attention["q_proj"], from: width, to: sizes.queryWidth, hasBias: false),
                try Linear(attention["k_proj"], from: width, to: sizes.keyValueWidth, hasBias: false),
                try Linear(attention["v_proj"], from: width, to: sizes.keyValueWidth, hasBias: false),
            ]),
            sizes: sizes,
            output: try Linear(attention["o_proj"], from: sizes.queryWidth, to: width, hasBias: false),
            feedForward: FeedForward(
                norm: try norm(weights["post_attention_layernorm"], configuration),
                gate: try Linear(feedForward["gate_proj"], from: width, to: inner, hasBias: false),
                input: try Linear(feedForward["up_proj"], from: width, to: inner, hasBias: false),
                activation: configuration.activation,
                output: try Linear(feedForward["down_proj"], from: inner, to: width, hasBias: false)))
    }

    /// Checkpoints hold the difference of the weights from 1.
    private static func norm(_ weights: WeightScope, _ configuration: GemmaConfiguration) throws -> RMSNorm {
        RMSNorm(
            weight: try weights.parameter("weight", shape: [configuration.width]), offset: 1,
            epsilon: configuration.normEpsilon)
    }

    package var width: Int { configuration.width }
    package var vocabularySize: Int { configuration.vocabularySize }
    package var contextLength: Int { configuration.contextLength }
    package var layerCount: Int { layers.count }
    package var floatsPerRow: Int { configuration.width + (layers.first?.floatsPerRow ?? 0) }

    package func embed(_ tokenID: Int, into row: UnsafeMutablePointer<Float>) {
        tokenEmbedding.copy(tokenID, into: row)
    }

    /// Multiplies by √D, also the embeddings of images.
    package func prepare(_ hidden: borrowing Tensor, spans: [SequenceSpan], in context: ComputeContext) {
        let factor = Float(configuration.width).squareRoot()
        for index in 0..<hidden.count { hidden.pointer[index] *= factor }
    }

    package func run(
        layer index: Int, on hidden: borrowing Tensor, spans: [SequenceSpan], cache: LayerCache,
        in context: ComputeContext
    ) {
        let layer = layers[index]
        layer(hidden, in: context) { projection in
            positions.apply(to: projection, spans: spans, sizes: layer.sizes, in: context)
            return cache.positions.attend(projection, spans: spans, in: context)
        }
    }

    package func logits(after hidden: borrowing Tensor, rows: [Int], in context: ComputeContext) -> Tensor {
        head(hidden, rows: rows, in: context)
    }
}
