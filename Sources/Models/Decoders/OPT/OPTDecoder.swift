package import CaptionerCheckpoints
package import CaptionerTensorCore

/// The OPT language model: a pre-norm causal transformer with learned positions and ReLU.
///
/// Reproduces `OPTForCausalLM` of transformers (Zhang et al., OPT, arXiv 2205.01068).
package struct OPTDecoder: CausalDecoder {
    package let configuration: OPTConfiguration
    private let tokenEmbedding: EmbeddingTable  // [V, D]
    private let positionEmbedding: Parameter  // [context + 2, D]
    private let layers: [PreNormLayer]
    package let attention: AttentionSizes
    private let head: LanguageModelHead

    /// OPT's position table begins with two rows that padding used.
    private static let positionOffset = 2
    /// PyTorch's default; `config.json` does not say it.
    private static let layerNormEpsilon: Float = 1e-5

    package init(_ configuration: OPTConfiguration, weights: WeightScope) throws {
        var configuration = configuration
        let decoder = weights["model"]["decoder"]
        let embedding = decoder["embed_tokens"]
        // Tables were padded after config.json was written, so the number of rows is the table's own.
        if let rows = embedding.shape(of: "weight")?.first, rows > configuration.beginTokenID {
            configuration.vocabularySize = rows
        }
        if !configuration.endTokenIDs.contains(where: (0..<configuration.vocabularySize).contains) {
            throw ModelError.invalid(
                "text_config.eos_token_id", found: "\(configuration.endTokenIDs)",
                expected: "a token of the \(configuration.vocabularySize) in the table")
        }
        self.configuration = configuration
        let (width, vocabularySize) = (configuration.width, configuration.vocabularySize)
        tokenEmbedding = embedding.embeddingTable("weight", shape: [vocabularySize, width])
        positionEmbedding = try decoder["embed_positions"].parameter(
            "weight", shape: [configuration.contextLength + Self.positionOffset, width])
        let attention = AttentionSizes(
            .cache, headCount: configuration.headCount, headSize: width / configuration.headCount)
        self.attention = attention
        layers = try (0..<configuration.layerCount).map {
            try Self.layer(configuration, attention, weights: decoder["layers", $0])
        }
        let output: Linear
        if configuration.tiesWordEmbeddings {
            // Old checkpoints store the table a second time. transformers 4 ties the two whatever that copy holds, and
            // so does this; transformers 5 would use a copy that differs.
            output = Linear(
                weights: try weights["lm_head"].linearWeights(
                    "weight", tiedTo: embedding, shape: [vocabularySize, width]),
                bias: nil)
        } else {
            output = try Linear(weights["lm_head"], from: width, to: vocabularySize, hasBias: false)
        }
        head = LanguageModelHead(
            norm: try LayerNorm(decoder["final_layer_norm"], width: width, epsilon: Self.layerNormEpsilon),
            output: output)
    }

    private static func layer(
        _ configuration: OPTConfiguration, _ sizes: AttentionSizes, weights: WeightScope
    ) throws -> PreNormLayer {
        let (width, inner) = (configuration.width, configuration.feedForwardWidth)
        let attention = weights["self_attn"]
        // The scale belongs to the query, its bias included, and is applied to its products with the keys.
        return PreNormLayer(
            norm: try LayerNorm(weights["self_attn_layer_norm"], width: width, epsilon: layerNormEpsilon),
            queryKeyValue: try LinearGroup(attention, ["q_proj", "k_proj", "v_proj"], from: width, to: width),
            sizes: sizes,
            output: try Linear(attention["out_proj"], from: width, to: width),
            feedForward: FeedForward(
                norm: try LayerNorm(weights["final_layer_norm"], width: width, epsilon: layerNormEpsilon),
                input: try Linear(weights["fc1"], from: width, to: inner), activation: .relu,
                output: try Linear(weights["fc2"], from: inner, to: width)))
    }

    package var width: Int { configuration.width }
    package var vocabularySize: Int { configuration.vocabularySize }
    package var contextLength: Int { configuration.contextLength }
    package var layerCount: Int { layers.count }
    package var floatsPerRow: Int { configuration.width + (layers.first?.floatsPerRow ?? 0) }

    package func embed(_ tokenID: Int, into row: UnsafeMutablePointer<Float>) {
        tokenEmbedding.copy(tokenID, into: row)
    }

    /// Adds the learned positions.
    package func prepare(_ hidden: borrowing Tensor, spans: [SequenceSpan], in context: ComputeContext) {
        let width = configuration.width
        var row = hidden.pointer
        for span in spans {
            for position in span.firstPosition..<(span.firstPosition + span.count) {
                let learned = positionEmbedding.pointer + (position + Self.positionOffset) * width
                accumulate(learned, into: row, count: width)
                row += width
            }
        }
    }

    package func run(
        layer index: Int, on hidden: borrowing Tensor, spans: [SequenceSpan], cache: LayerCache,
        in context: ComputeContext
    ) {
        layers[index](hidden, in: context) { cache.positions.attend($0, spans: spans, in: context) }
    }

    package func logits(after hidden: borrowing Tensor, rows: [Int], in context: ComputeContext) -> Tensor {
        head(hidden, rows: rows, in: context)
    }
}
