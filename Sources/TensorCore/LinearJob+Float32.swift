import CaptionerKernels

extension LinearJob {
    /// Applies a float32 layer, whose weight has the layout of the checkpoint.
    func runUnpacked(on x: borrowing Tensor, in context: ComputeContext) {
        guard case .float32(let weight) = layer.weights else { return }
        let (columns, depth) = (layer.outputWidth, layer.inputWidth)
        let source = UnsafePointer(x.pointer)
        let kernels = context.kernels.kernels
        let grid = context.kernels.grid(x.rows, columns, depth)
        let (target, isAdding): (UnsafeMutablePointer<Float>, Bool)
        switch self.target {
        case .float32(let pointer): (target, isAdding) = (pointer, false)
        case .accumulate(let pointer): (target, isAdding) = (pointer, true)
        case .bfloat16: preconditionFailure("Linear: float32 weights have float32 results")
        }
        func corner(_ block: BlockGrid.Block) -> UnsafeMutablePointer<Float> {
            target + block.rows.lowerBound * targetStride + block.columns.lowerBound
        }
        func product(_ block: BlockGrid.Block) -> MatrixBlock {
            MatrixBlock(
                x: source + block.rows.lowerBound * depth, rows: block.rows.count,
                weights: weight.pointer + block.columns.lowerBound * depth, columns: block.columns.count,
                depth: depth, target: corner(block), stride: targetStride, accumulating: isAdding)
        }
        // Blocks at the edges are smaller than the first.
        let scratchBytes = grid.count > 0 ? kernels.scratchBytes(product(grid[0])) : 0
        context.pool.forEach(grid.count, scratchBytes: scratchBytes, from: context.cache) { index, scratch in
            let block = grid[index]
            kernels.multiply(product(block), scratch: scratch)
            finish(block, at: corner(block), in: context)
        }
    }

    /// Adds the bias and applies the activation while the block is still in cache.
    private func finish(_ block: BlockGrid.Block, at corner: UnsafeMutablePointer<Float>, in context: ComputeContext) {
        let kernels = context.kernels.kernels
        for row in 0..<block.rows.count {
            kernels.finish(
                corner + row * targetStride, count: block.columns.count,
                bias: layer.bias.map { $0.pointer + block.columns.lowerBound }, activation: activation)
        }
    }
}
