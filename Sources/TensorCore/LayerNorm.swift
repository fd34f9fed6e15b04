import MatrixKernels

/// Layer normalisation over the last dimension (Ba, Kiros and Hinton, arXiv 1607.06450): (x - mean)/√(variance + ε) ·
/// weight + bias.
public struct LayerNorm: Norm {
    private let weight: Parameter  // [D]
    private let bias: Parameter  // [D]
    private let epsilon: Float

    /// - Parameters:
    ///   - weight: factor for each column, `[D]`.
    ///   - bias: summand for each column, `[D]`.
    ///   - epsilon: what is added to the variance, for example 1e-5.
    public init(weight: Parameter, bias: Parameter, epsilon: Float) {
        precondition(
            weight.shape.count == 1 && weight.shape == bias.shape, "LayerNorm: \(weight.shape) and \(bias.shape)")
        self.weight = weight
        self.bias = bias
        self.epsilon = epsilon
    }

    public var width: Int { weight.count }

    public var normalization: RowNormalization {
        RowNormalization(RowBlock.Normalization(weight: weight.pointer, bias: bias.pointer, epsilon: epsilon))
    }
}
