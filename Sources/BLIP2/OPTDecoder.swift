import Checkpoints
import TensorCore

/// The OPT language model: a pre-norm causal transformer with learned positions and ReLU.
///
/// Reproduces `OPTForCausalLM` of transformers (Zhang et al., OPT, arXiv 2205.01068).
struct OPTDecoder: Sendable {
    let configuration: OPTConfiguration
    private let tokenEmbedding: Parameter  // [V, D]
    private let positionEmbedding: Parameter  // [context + 2, D]
    let layers: [OPTLayer]
    private let finalLayerNorm: LayerNorm
    private let languageModelHead: Linear

    /// OPT's position table begins with two rows that padding used.
    private static let positionOffset = 2
    /// PyTorch's default; `config.json` does not say it.
    static let layerNormEpsilon: Float = 1e-5

    init(_ configuration: OPTConfiguration, weights: WeightScope) throws {
        var configuration = configuration
        let decoder = weights["model"]["decoder"]
        let embedding = decoder["embed_tokens"]
        // Tables were padded after config.json was written, so the table itself tells its rows.
        if let rows = embedding.shape(of: "weight")?.first, rows > configuration.beginTokenID {
            configuration.vocabularySize = rows
        }
        if !configuration.endTokenIDs.contains(where: (0..<configuration.vocabularySize).contains) {
            throw BLIP2Error.invalid(
                "text_config.eos_token_id", found: "\(configuration.endTokenIDs)",
                expected: "a token of the \(configuration.vocabularySize) in the table")
        }
        self.configuration = configuration
        let (width, vocabularySize) = (configuration.width, configuration.vocabularySize)
        tokenEmbedding = try embedding.parameter("weight", shape: [vocabularySize, width])
        positionEmbedding = try decoder["embed_positions"].parameter(
            "weight", shape: [configuration.contextLength + Self.positionOffset, width])
        layers = try (0..<configuration.layerCount).map {
            try OPTLayer(configuration, weights: decoder["layers", $0])
        }
        finalLayerNorm = try LayerNorm(
            decoder["final_layer_norm"], width: width, epsilon: Self.layerNormEpsilon)
        if configuration.tiesWordEmbeddings {
            // Old checkpoints store the table a second time. transformers 4 ties the two whatever that copy holds, and
            // so does this; transformers 5 would use a copy that differs.
            weights["lm_head"].ignore("weight")
            let head = weights["lm_head"]
            languageModelHead = Linear(
                weights: head.precision == .float32
                    ? .float32(tokenEmbedding)
                    : try embedding.linearWeights("weight", shape: [vocabularySize, width], layer: head.name),
                bias: nil)
        } else {
            languageModelHead = try Linear(weights["lm_head"], from: width, to: vocabularySize, hasBias: false)
        }
    }

    /// Writes the embedding of a token into one row.
    func embed(_ tokenID: Int, into row: UnsafeMutablePointer<Float>) {
        precondition(
            (0..<configuration.vocabularySize).contains(tokenID), "OPTDecoder: token \(tokenID) is not in the table")
        let width = configuration.width
        row.update(from: tokenEmbedding.pointer + tokenID * width, count: width)
    }

    /// Adds the learned position to one row.
    func addPosition(_ position: Int, to row: UnsafeMutablePointer<Float>) {
        let width = configuration.width
        accumulate(positionEmbedding.pointer + (position + Self.positionOffset) * width, into: row, count: width)
    }

    /// The logits that follow some of the rows.
    /// - Shape: hidden `[R, D]` to `[rows, V]`.
    func logits(after hidden: borrowing Tensor, rows: [Int], in context: ComputeContext) -> Tensor {
        let width = configuration.width
        let last = Tensor(shape: [rows.count, width], in: context)
        for (index, row) in rows.enumerated() {
            (last.pointer + index * width).update(from: hidden.pointer + row * width, count: width)
        }
        finalLayerNorm.apply(to: last, in: context)
        return languageModelHead(last, in: context)
    }
}
