import CaptionerKernels

extension Tensor {
    /// Replaces each number x by cap · tanh(x / cap) (Gemma Team, Gemma 2, arXiv 2408.00118).
    /// - Parameter cap: above 0.
    package func softCap(_ cap: Float, in context: ComputeContext) {
        let (length, piece, start, kernels) = (count, 16384, pointer, context.kernels.kernels)
        context.pool.forEach((length + piece - 1) / piece) { index in
            let first = index * piece
            kernels.softCap(start + first, count: min(piece, length - first), scale: 1, cap: cap)
        }
    }
}
