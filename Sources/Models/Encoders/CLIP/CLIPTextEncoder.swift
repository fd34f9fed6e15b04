package import CaptionerCheckpoints
package import CaptionerTensorCore

/// The sizes of CLIP's text tower.
package struct CLIPTextSizes: Sendable {
    package let tower: CLIPTowerSizes
    package let vocabularySize: Int
    /// The most tokens of a text, begin and end tokens included.
    package let contextLength: Int
    /// The token whose row represents the text; nil where it is the token of the largest id.
    package let endTokenID: Int?

    package init(tower: CLIPTowerSizes, vocabularySize: Int, contextLength: Int, endTokenID: Int?) {
        self.tower = tower
        self.vocabularySize = vocabularySize
        self.contextLength = contextLength
        self.endTokenID = endTokenID
    }

    /// The row of a text that represents it: that of the first end token, as in transformers. It is the first row where
    /// there is no such token.
    /// - Parameter tokens: at least one.
    package func pooledRow(of tokens: [Int]) -> Int {
        guard let token = endTokenID ?? tokens.max() else { return 0 }
        return tokens.firstIndex(of: token) ?? 0
    }
}

/// CLIP's text tower: a causal pre-norm transformer with learned positions, of which one row represents the text.
///
/// Reproduces `CLIPTextModel` of transformers (Radford et al., arXiv 2103.00020). Texts follow each other without padding,
/// each up to the row that represents it: what comes after changes nothing there.
package struct CLIPTextEncoder: Sendable {
    package let sizes: CLIPTextSizes
    private let tokenEmbedding: EmbeddingTable  // [V, D]
    private let positionEmbedding: Parameter  // [context, D]
    private let tower: CLIPTower
    private let finalLayerNorm: LayerNorm

    package init(_ sizes: CLIPTextSizes, weights: WeightScope) throws {
        self.sizes = sizes
        let (width, embeddings) = (sizes.tower.width, weights["embeddings"])
        tokenEmbedding = embeddings["token_embedding"].embeddingTable("weight", shape: [sizes.vocabularySize, width])
        positionEmbedding = try embeddings["position_embedding"].parameter(
            "weight", shape: [sizes.contextLength, width])
        embeddings.ignore("position_ids")
        tower = try CLIPTower(sizes.tower, over: .shortSequences, isCausal: true, weights: weights["encoder"])
        finalLayerNorm = try LayerNorm(
            weights["final_layer_norm"], width: width, epsilon: sizes.tower.layerNormEpsilon)
    }

    /// The row that represents each text: `pooler_output`.
    /// - Parameter texts: N times the ids of at least one and at most `contextLength` tokens, all in the vocabulary.
    /// - Returns: `[N, D]`.
    /// - Throws: `CancellationError` when the task was cancelled.
    package func callAsFunction(_ texts: [[Int]], in context: ComputeContext) throws -> Tensor {
        let texts = texts.map { $0.prefix(sizes.pooledRow(of: $0) + 1) }
        var sequences: [Range<Int>] = []
        var end = 0
        for text in texts {
            sequences.append(end..<(end + text.count))
            end += text.count
        }
        let hidden = embed(texts, rows: end, in: context)
        let pooled = try tower.rows(
            sequences.map { $0.upperBound - 1 }, of: hidden, sequences: sequences, in: context)
        finalLayerNorm.apply(to: pooled, in: context)
        return pooled
    }

    /// Tokens with their positions, `[rows, D]`.
    private func embed(_ texts: [ArraySlice<Int>], rows: Int, in context: ComputeContext) -> Tensor {
        let width = sizes.tower.width
        let hidden = Tensor(shape: [rows, width], in: context)
        var row = hidden.pointer
        for text in texts {
            for (position, token) in text.enumerated() {
                precondition(
                    position < sizes.contextLength, "CLIPTextEncoder: a token at position \(position)")
                tokenEmbedding.copy(token, into: row)
                accumulate(positionEmbedding.pointer + position * width, into: row, count: width)
                row += width
            }
        }
        return hidden
    }
}
