import CaptionerKernels

/// Root mean square normalisation over the last dimension (Zhang and Sennrich, arXiv 1910.07467): x/√(mean of squares + ε)
/// · (offset + weight).
package struct RMSNorm: Norm {
    private let weight: Parameter  // [D]
    private let offset: Float
    private let epsilon: Float

    /// - Parameters:
    ///   - weight: `[D]`.
    ///   - offset: what is added to the weight: 0 as in LLaMA, 1 as in Gemma, whose checkpoints store the difference from 1.
    ///   - epsilon: what is added to the mean of the squares, for example 1e-6.
    package init(weight: Parameter, offset: Float = 0, epsilon: Float) {
        precondition(weight.shape.count == 1, "RMSNorm: weight of shape \(weight.shape)")
        self.weight = weight
        self.offset = offset
        self.epsilon = epsilon
    }

    package var width: Int { weight.count }

    package var normalization: RowNormalization {
        RowNormalization(RowBlock.Normalization(weight: weight.pointer, offset: offset, epsilon: epsilon))
    }
}
