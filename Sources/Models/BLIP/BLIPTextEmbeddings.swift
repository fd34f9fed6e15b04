import CaptionerCheckpoints
import CaptionerTensorCore

/// The embeddings of tokens and of their positions, with a layer norm after both. There are no token types.
struct BLIPTextEmbeddings: Sendable {
    let tokens: EmbeddingTable  // [V, D]
    private let positions: Parameter  // [context, D]
    private let norm: LayerNorm

    /// How many tokens the table of a text stack has; nil where there is no table.
    static func vocabularySize(_ weights: WeightScope) -> Int? {
        weights["embeddings"]["word_embeddings"].shape(of: "weight")?.first
    }

    init(_ configuration: BLIPTextConfiguration, weights: WeightScope) throws {
        let (width, embeddings) = (configuration.width, weights["embeddings"])
        tokens = embeddings["word_embeddings"].embeddingTable(
            "weight", shape: [configuration.vocabularySize, width])
        positions = try embeddings["position_embeddings"].parameter(
            "weight", shape: [configuration.contextLength, width])
        norm = try LayerNorm(embeddings["LayerNorm"], width: width, epsilon: configuration.layerNormEpsilon)
        // A buffer that old checkpoints hold.
        embeddings.ignore("position_ids")
    }

    /// Makes embeddings of tokens ready for the first layer, in place.
    /// - Parameter positions: of each row, all within the context.
    /// - Shape: `[R, D]`.
    func prepare(_ hidden: borrowing Tensor, positions rows: some Sequence<Int>, in context: ComputeContext) {
        let width = hidden.columns
        for (row, position) in rows.enumerated() {
            accumulate(positions.pointer + position * width, into: hidden.pointer + row * width, count: width)
        }
        norm.apply(to: hidden, in: context)
    }
}
