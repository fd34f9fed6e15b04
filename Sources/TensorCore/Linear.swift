/// A fully connected layer, y = activation(x Wᵀ + b), and the only place that knows how weights are stored.
public struct Linear: Sendable {
    /// K, the length of an input row.
    public let inputWidth: Int
    /// N, the length of an output row.
    public let outputWidth: Int
    private let weights: LinearWeights
    private let bias: Parameter?  // [N]

    /// - Parameters:
    ///   - weight: `[N, K]`, as PyTorch stores it.
    ///   - bias: `[N]`, or nil for none.
    public init(weight: Parameter, bias: Parameter?) {
        precondition(weight.shape.count == 2, "Linear: weight of shape \(weight.shape)")
        precondition(
            bias == nil || bias?.shape == [weight.shape[0]],
            "Linear: bias of shape \(bias?.shape ?? []) for a weight of shape \(weight.shape)")
        outputWidth = weight.shape[0]
        inputWidth = weight.shape[1]
        weights = .float32(weight)
        self.bias = bias
    }

    /// activation(x Wᵀ + b) in a new tensor.
    /// - Shape: `[..., K]` to `[..., N]`.
    public func callAsFunction(
        _ x: borrowing Tensor, activation: Activation = .identity, in context: ComputeContext
    ) -> Tensor {
        let result = Tensor(shape: x.shape.dropLast() + [outputWidth], in: context)
        apply(to: x, target: result.pointer, accumulating: false, activation: activation, in: context)
        return result
    }

    /// target += x Wᵀ + b: a linear layer whose result joins the residual stream.
    /// - Shape: x `[..., K]`, target `[..., N]` with as many rows.
    public func add(_ x: borrowing Tensor, to target: borrowing Tensor, in context: ComputeContext) {
        precondition(
            target.columns == outputWidth && target.rows == x.rows,
            "Linear: \(x.shape) times [\(inputWidth), \(outputWidth)] onto \(target.shape)")
        apply(to: x, target: target.pointer, accumulating: true, activation: .identity, in: context)
    }

    func apply(
        to x: borrowing Tensor, target: UnsafeMutablePointer<Float>, accumulating: Bool, activation: Activation,
        in context: ComputeContext
    ) {
        precondition(x.columns == inputWidth, "Linear: input of shape \(x.shape), expected rows of \(inputWidth)")
        let source = UnsafePointer(x.pointer)
        let grid = weights.grid(rows: x.rows, kernels: context.kernels)
        context.pool.forEach(grid.count) { index in
            let block = grid[index]
            let corner = target + block.rows.lowerBound * outputWidth + block.columns.lowerBound
            weights.multiply(
                source + block.rows.lowerBound * inputWidth, rows: block.rows.count, columns: block.columns,
                accumulating: accumulating, into: corner, stride: outputWidth, in: context)
            finish(block, at: corner, activation: activation)
        }
    }

    /// Adds the bias and applies the activation while the block is still in cache.
    private func finish(_ block: BlockGrid.Block, at corner: UnsafeMutablePointer<Float>, activation: Activation) {
        let columns = block.columns.count
        for row in 0..<block.rows.count {
            let start = corner + row * outputWidth
            if let bias { accumulate(bias.pointer + block.columns.lowerBound, into: start, count: columns) }
            activation.apply(to: start, count: columns)
        }
    }
}
