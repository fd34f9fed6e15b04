package import CaptionerCheckpoints
package import CaptionerTensorCore

extension Linear {
    /// A linear layer from `weight` `[to, from]` and `bias` `[to]` of a scope.
    package init(_ weights: WeightScope, from inputWidth: Int, to outputWidth: Int, hasBias: Bool = true) throws {
        try self.init(
            weights: weights.linearWeights("weight", shape: [outputWidth, inputWidth]),
            bias: hasBias ? weights.parameter("bias", shape: [outputWidth]) : nil)
    }
}

extension LayerNorm {
    /// A layer norm from `weight` and `bias`, both `[width]`, of a scope.
    package init(_ weights: WeightScope, width: Int, epsilon: Float) throws {
        try self.init(
            weight: weights.parameter("weight", shape: [width]), bias: weights.parameter("bias", shape: [width]),
            epsilon: epsilon)
    }
}
