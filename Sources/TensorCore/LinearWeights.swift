import MatrixKernels

#if arch(x86_64)
    import KernelsAVX2
    import KernelsAVX512
#endif

/// The weight of a linear layer as it lies in memory.
enum LinearWeights: Sendable {
    case float32(Parameter)  // [N, K]

    /// The pieces in which a product with some rows of x is handed to the threads.
    func grid(rows: Int, kernels: MatrixKernelSet) -> BlockGrid {
        switch self {
        case .float32(let weight):
            let (columns, depth) = (weight.shape[0], weight.shape[1])
            return kernels == .blas
                ? FixedSizeBLAS.grid(rows: rows, columns: columns, depth: depth)
                : BlockGrid(rows: rows, columns: columns, depth: depth)
        }
    }

    /// target (+)= x Wᵀ for some rows of x and some rows of W.
    ///
    /// A row's result is the same bits whatever rows are around it.
    func multiply(
        _ x: UnsafePointer<Float>, rows: Int, columns: Range<Int>, accumulating: Bool,
        into target: UnsafeMutablePointer<Float>, stride: Int, in context: ComputeContext
    ) {
        switch self {
        case .float32(let weight):
            let depth = weight.shape[1]
            let block = MatrixBlock(
                x: x, rows: rows, weights: weight.pointer + columns.lowerBound * depth, columns: columns.count,
                depth: depth, target: target, stride: stride, accumulating: accumulating)
            switch context.kernels {
            #if arch(x86_64)
                case .avx512:
                    context.cache.withScratch(byteCount: AVX512.scratchBytes(block)) {
                        AVX512.multiply(block, scratch: $0)
                    }
                case .avx2:
                    context.cache.withScratch(byteCount: AVX2.scratchBytes(block)) {
                        AVX2.multiply(block, scratch: $0)
                    }
            #else
                case .avx512, .avx2: preconditionFailure("LinearWeights: no \(context.kernels) on this processor")
            #endif
            case .blas: FixedSizeBLAS.multiply(block, cache: context.cache)
            }
        }
    }
}
