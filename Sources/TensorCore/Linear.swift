import CaptionerKernels

/// A fully connected layer, y = activation(x Wᵀ + b), and the only place that knows how weights are stored.
package struct Linear: Sendable {
    /// K, the length of an input row.
    package let inputWidth: Int
    /// N, the length of an output row.
    package let outputWidth: Int
    let weights: LinearWeights
    let bias: Parameter?  // [N]

    /// - Parameters:
    ///   - weight: `[N, K]`, as PyTorch stores it.
    ///   - bias: `[N]`, or nil for none.
    package init(weight: Parameter, bias: Parameter?) {
        precondition(weight.shape.count == 2, "Linear: weight of shape \(weight.shape)")
        self.init(weights: .float32(weight), bias: bias)
    }

    /// - Parameters:
    ///   - weights: N outputs, K inputs.
    ///   - bias: `[N]`, or nil for none.
    package init(weights: LinearWeights, bias: Parameter?) {
        (outputWidth, inputWidth) = weights.shape
        precondition(
            bias == nil || bias?.shape == [outputWidth],
            "Linear: bias of shape \(bias?.shape ?? []) for a weight of \(outputWidth) rows")
        self.weights = weights
        self.bias = bias
    }

    /// The compute type of its products.
    package var precision: Precision { weights.precision }

    /// activation(norm(x) Wᵀ + b) in a new tensor.
    /// - Shape: `[..., K]` to `[..., N]`.
    package func callAsFunction(
        _ x: borrowing Tensor, normalizedBy norm: (any Norm)? = nil, activation: Activation = .identity,
        in context: ComputeContext
    ) -> Tensor {
        let result = Tensor(shape: x.shape.dropLast() + [outputWidth], in: context)
        let job = LinearJob(
            self, activation: activation, target: .float32(result.pointer), targetStride: outputWidth)
        LinearJob.run([job], on: x, normalizedBy: norm, in: context)
        return result
    }

    /// target += norm(x Wᵀ + b): a linear layer whose result is normalised, where there is a norm, before it joins the residual
    /// stream.
    /// - Shape: x `[..., K]`, target `[..., N]` with as many rows.
    package func add(
        _ x: borrowing Tensor, to target: borrowing Tensor, normalizedBy norm: (any Norm)?, in context: ComputeContext
    ) {
        guard let norm else { return add(x, to: target, in: context) }
        let result = self(x, in: context)
        norm.apply(to: result, in: context)
        accumulate(result.pointer, into: target.pointer, count: target.count)
    }

    /// target += x Wᵀ + b: a linear layer whose result joins the residual stream.
    /// - Shape: x `[..., K]`, target `[..., N]` with as many rows.
    /// - Parameter expectsZeros: whether x may have many zeros, as after a ReLU.
    package func add(
        _ x: borrowing Tensor, to target: borrowing Tensor, expectsZeros: Bool = false, in context: ComputeContext
    ) {
        precondition(
            target.columns == outputWidth && target.rows == x.rows,
            "Linear: \(x.shape) times [\(inputWidth), \(outputWidth)] onto \(target.shape)")
        let job = LinearJob(self, target: .accumulate(target.pointer), targetStride: outputWidth)
        LinearJob.run([job], on: x, normalizedBy: nil, expectsZeros: expectsZeros, in: context)
    }
}
