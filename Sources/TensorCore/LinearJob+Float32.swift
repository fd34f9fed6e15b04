import MatrixKernels

#if arch(x86_64)
    import KernelsAVX2
    import KernelsAVX512
#endif

extension LinearJob {
    /// Applies a layer whose weight lies as checkpoints have it.
    func runUnpacked(on x: borrowing Tensor, in context: ComputeContext) {
        guard case .float32(let weight) = layer.weights else { return }
        let (columns, depth) = (layer.outputWidth, layer.inputWidth)
        let source = UnsafePointer(x.pointer)
        let grid =
            context.kernels == .portable
            ? FixedSizeBLAS.grid(rows: x.rows, columns: columns, depth: depth)
            : BlockGrid(rows: x.rows, columns: columns, depth: depth)
        let (target, isAdding): (UnsafeMutablePointer<Float>, Bool)
        switch self.target {
        case .float32(let pointer): (target, isAdding) = (pointer, false)
        case .accumulate(let pointer): (target, isAdding) = (pointer, true)
        case .bfloat16: preconditionFailure("Linear: float32 weights have float32 results")
        }
        context.pool.forEach(grid.count) { index in
            let block = grid[index]
            let corner = target + block.rows.lowerBound * targetStride + block.columns.lowerBound
            Self.multiply(
                MatrixBlock(
                    x: source + block.rows.lowerBound * depth, rows: block.rows.count,
                    weights: weight.pointer + block.columns.lowerBound * depth, columns: block.columns.count,
                    depth: depth, target: corner, stride: targetStride, accumulating: isAdding),
                in: context)
            finish(block, at: corner, in: context)
        }
    }

    /// target (+)= x Wᵀ. A row's result is the same bits whatever rows are around it.
    private static func multiply(_ block: MatrixBlock, in context: ComputeContext) {
        switch context.kernels {
        #if arch(x86_64)
            case .avx512vnni, .avx512:
                context.cache.withScratch(byteCount: AVX512.scratchBytes(block)) { AVX512.multiply(block, scratch: $0) }
            case .avxvnni, .avx2:
                context.cache.withScratch(byteCount: AVX2.scratchBytes(block)) { AVX2.multiply(block, scratch: $0) }
        #else
            case .avx512vnni, .avx512, .avxvnni, .avx2:
                preconditionFailure("Linear: no \(context.kernels) on this processor")
        #endif
        case .portable: FixedSizeBLAS.multiply(block, cache: context.cache)
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
