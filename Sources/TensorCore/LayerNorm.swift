import CaptionerKernels

/// Layer normalisation over the last dimension (Ba, Kiros and Hinton, arXiv 1607.06450): (x - mean)/√(variance + ε) ·
/// weight + bias.
package struct LayerNorm: Norm {
    private let weight: Parameter  // [D]
    private let bias: Parameter  // [D]
    private let epsilon: Float

    /// - Parameters:
    ///   - weight: factor for each column, `[D]`.
    ///   - bias: summand for each column, `[D]`.
    ///   - epsilon: what is added to the variance, for example 1e-5.
    package init(weight: Parameter, bias: Parameter, epsilon: Float) {
        precondition(
            weight.shape.count == 1 && weight.shape == bias.shape, "LayerNorm: \(weight.shape) and \(bias.shape)")
        self.weight = weight
        self.bias = bias
        self.epsilon = epsilon
    }

    package var width: Int { weight.count }

    package var normalization: RowNormalization {
        RowNormalization(RowBlock.Normalization(weight: weight.pointer, bias: bias.pointer, epsilon: epsilon))
    }
}
