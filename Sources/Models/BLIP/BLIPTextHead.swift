import CaptionerCheckpoints
import CaptionerTensorCore

/// The end of BLIP's decoder: a layer with GELU, a layer norm, and the logits of all tokens.
struct BLIPTextHead: Sendable {
    private let transform: Linear
    private let norm: LayerNorm
    private let output: Linear

    /// - Parameters:
    ///   - table: where the embedding table is.
    ///   - weights: of `cls.predictions`.
    init(_ configuration: BLIPTextConfiguration, table: WeightScope, weights: WeightScope) throws {
        let (width, shape) = (configuration.width, [configuration.vocabularySize, configuration.width])
        transform = try Linear(weights["transform"]["dense"], from: width, to: width)
        norm = try LayerNorm(
            weights["transform"]["LayerNorm"], width: width, epsilon: configuration.layerNormEpsilon)
        // The published files hold the table a second time, which is what transformers 4.38 computes with and 5 does where
        // the two differ; what transformers 5 saves holds it once.
        let decoder = weights["decoder"]
        let matrix =
            decoder.contains("weight")
            ? try decoder.linearWeights("weight", shape: shape)
            : try decoder.linearWeights("weight", tiedTo: table, shape: shape)
        // The bias, too, is there under two names, or one.
        let scope = weights.contains("bias") ? weights : decoder
        output = Linear(weights: matrix, bias: try scope.parameter("bias", shape: [configuration.vocabularySize]))
        weights.ignore("bias")
        decoder.ignore("bias")
    }

    /// The logits that follow some of the rows.
    /// - Shape: hidden `[R, D]` to `[rows, V]`.
    func callAsFunction(_ hidden: borrowing Tensor, rows: [Int], in context: ComputeContext) -> Tensor {
        let last = hidden.gathered(rows: rows, in: context)
        let transformed = transform(last, activation: .gelu, in: context)
        norm.apply(to: transformed, in: context)
        return output(transformed, in: context)
    }
}
