/// What every operation needs: the threads it may use, memory for its results, and the code that multiplies matrices.
///
/// Operations of one context are called from one thread at a time; inside, they spread over the pool.
package final class ComputeContext: Sendable {
    package let pool: ThreadPool
    package let cache: BufferCache
    package let kernels: MatrixKernelSet

    /// - Parameter threadCount: threads that compute at once, the caller's included; at least 1.
    package convenience init(threadCount: Int) { self.init(threadCount: threadCount, kernels: .preferred) }

    /// - Parameters:
    ///   - threadCount: threads that compute at once, the caller's included; at least 1.
    ///   - kernels: the kernel set; one that this processor can run.
    package init(threadCount: Int, kernels: MatrixKernelSet) {
        precondition(kernels.isSupported, "ComputeContext: this processor cannot run \(kernels)")
        pool = ThreadPool(threadCount: threadCount)
        cache = BufferCache()
        self.kernels = kernels
    }
}
