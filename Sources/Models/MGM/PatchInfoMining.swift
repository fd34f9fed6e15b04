import CaptionerCheckpoints
import CaptionerTensorCore

/// Patch info mining: each token of the vision transformer attends over the pixels of its cell in the maps of the
/// convolutional tower, whose stages are resampled to the size of the first and taken together (Li et al., Mini-Gemini,
/// arXiv 2403.18814).
///
/// Keys and values are linear in the normalised pixels, so they need not be computed for each of them: q · (W N) is
/// (Wᵀ q) · N, and Σ a W N is W Σ a N. What the biases of the keys add is the same for all pixels of a cell, and the softmax
/// does not see it.
struct PatchInfoMining: Sendable {
    private let queryNorm: LayerNorm
    private let query: Linear
    private let keyFactors: Parameter  // [C]
    /// From D to C.
    private let transposedKey: Linear
    private let valueFactors: Parameter  // [C]
    private let valueOffsets: Parameter  // [C]
    private let value: Linear
    /// Without factors and offsets, which keys and values have each for themselves.
    private let pixelNorm: LayerNorm
    private let scale: Float

    static let layerNormEpsilon: Float = 1e-5
    /// The weight that is used with its rows and columns exchanged.
    static let transposedName = "vlm_uni_aux_projector.1.weight"

    /// - Parameters:
    ///   - width: D, of the tokens.
    ///   - channels: C, of all stages together.
    ///   - weights: the scope that holds `vlm_uni_query_projector` and the others. It gives the weight of `transposedName`
    ///     with rows and columns exchanged.
    init(width: Int, channels: Int, weights: WeightScope) throws {
        let (query, key, value) = (
            weights["vlm_uni_query_projector"], weights["vlm_uni_aux_projector"], weights["vlm_uni_val_projector"]
        )
        queryNorm = try LayerNorm(query["0"], width: width, epsilon: Self.layerNormEpsilon)
        self.query = try Linear(query["1"], from: width, to: width)
        keyFactors = try key["0"].parameter("weight", shape: [channels])
        key["0"].ignore("bias")
        transposedKey = try Linear(key["1"], from: width, to: channels, hasBias: false)
        key["1"].ignore("bias")
        valueFactors = try value["0"].parameter("weight", shape: [channels])
        valueOffsets = try value["0"].parameter("bias", shape: [channels])
        self.value = try Linear(value["1"], from: channels, to: width)
        pixelNorm = LayerNorm(
            weight: try Parameter(shape: [channels]) { $0.update(repeating: 1) }, bias: try .zeros(shape: [channels]),
            epsilon: Self.layerNormEpsilon)
        scale = 1 / Float(width).squareRoot()
    }

    /// Floats of memory for each token: its query, which is as long as a pixel, and the pooled pixels.
    var floatsPerToken: Int { 2 * queryNorm.width + 2 * pixelNorm.width }

    /// The result of the attention of each token over its cell.
    /// - Parameters:
    ///   - tokens: `[B, G * G, D]`.
    ///   - map: the pixels, `[B, n G, n G, C]`.
    /// - Returns: `[B, G * G, D]`.
    func callAsFunction(
        _ tokens: borrowing Tensor, over map: JoinedMap, gridSize: Int, in context: ComputeContext
    ) -> Tensor {
        let queries = transposedKey(query(tokens, normalizedBy: queryNorm, in: context), in: context)  // [B, G * G, C]
        queries.scaleColumns(by: keyFactors)
        let pooled = cellAttention(
            queries, gridSize: gridSize, cellSize: map.gridSize / gridSize, normalizedBy: pixelNorm, scale: scale,
            in: context, pixel: map.copyPixel)
        pooled.scaleColumns(by: valueFactors, adding: valueOffsets)
        return value(pooled, in: context)
    }
}
