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

extension LinearGroup {
    /// Linear layers side by side, one for each name in a scope, all of the same widths.
    package init(_ weights: WeightScope, _ names: [String], from inputWidth: Int, to outputWidth: Int) throws {
        self.init(try names.map { try Linear(weights[$0], from: inputWidth, to: outputWidth) })
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
