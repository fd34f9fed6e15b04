#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Anonymous pages that cost physical memory only where they are touched.
final class ZeroedAllocation: Sendable {
    nonisolated(unsafe) let base: UnsafeMutableRawPointer
    let byteCount: Int

    /// - Parameter shape: of what it is for, named by the error where there is no memory.
    /// - Throws: `TensorError.outOfMemory`.
    init(byteCount: Int, shape: [Int]) throws {
        self.byteCount = max(byteCount, 1)  // mmap refuses a length of 0
        #if os(Linux)
            let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        #else
            let flags = MAP_PRIVATE | MAP_ANON | MAP_NORESERVE
        #endif
        guard let base = mmap(nil, self.byteCount, PROT_READ | PROT_WRITE, flags, -1, 0), base != MAP_FAILED else {
            throw TensorError.outOfMemory(shape: shape)
        }
        self.base = base
        #if os(Linux)
            // Larger pages where the system has them: weights are read from end to end. A wish, so no answer is needed.
            if self.byteCount >= 1 << 21 { madvise(base, self.byteCount, MADV_HUGEPAGE) }
        #endif
    }

    deinit { munmap(base, byteCount) }
}
