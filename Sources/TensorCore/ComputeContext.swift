/// What every operation needs: the threads it may use and memory for its results.
///
/// Operations of one context are called from one thread at a time; inside, they spread over the pool.
public final class ComputeContext: Sendable {
    package let pool: ThreadPool
    package let cache: BufferCache

    /// - Parameter threadCount: threads that compute at once, the caller's included; at least 1.
    public init(threadCount: Int) {
        BLAS.useOneThread()
        pool = ThreadPool(threadCount: threadCount)
        cache = BufferCache()
    }

    /// The BLAS library in use and the kernels that it chose for this processor.
    public static var blasDescription: String { BLAS.description }
}
