/// Memory for activations that is reused instead of being returned to the system.
///
/// A forward pass asks for the same sizes over and over, and fresh pages cost a fault each. The cache keeps what was
/// given back, at most `byteLimit` of it, and serves a request from the smallest kept buffer that is large enough and
/// not more than twice as large.
package final class BufferCache: Sendable {
    /// Every buffer starts on a cache line, which suits any vector width.
    package static let alignment = 64

    /// The next multiple of ``alignment``.
    static func aligned(_ byteCount: Int) -> Int { (byteCount + alignment - 1) / alignment * alignment }

    private struct Kept: @unchecked Sendable {
        var pointer: UnsafeMutableRawPointer
        var byteCount: Int
    }
    private struct State {
        var kept: [Kept] = []  // ascending by size
        var keptBytes = 0
        var lentBytes = 0
        var peakBytes = 0
    }
    private let state = Locked(State())
    private let byteLimit: Int

    package init(byteLimit: Int = 1 << 30) { self.byteLimit = byteLimit }

    deinit {
        for buffer in state.withLock({ $0.kept }) { buffer.pointer.deallocate() }
    }

    /// The most bytes that were lent and kept at a time.
    package var peakByteCount: Int { state.withLock { $0.peakBytes } }

    /// A buffer of at least `byteCount` bytes with arbitrary content, and its real size.
    package func take(byteCount: Int) -> (pointer: UnsafeMutableRawPointer, byteCount: Int) {
        let rounded = max(Self.aligned(byteCount), Self.alignment)
        let found: Kept? = state.withLock { state in
            guard let index = state.kept.firstIndex(where: { $0.byteCount >= rounded }),
                state.kept[index].byteCount <= 2 * rounded
            else {
                state.lentBytes += rounded
                state.peakBytes = max(state.peakBytes, state.lentBytes + state.keptBytes)
                return nil
            }
            let kept = state.kept.remove(at: index)
            state.keptBytes -= kept.byteCount
            state.lentBytes += kept.byteCount
            return kept
        }
        if let found { return (found.pointer, found.byteCount) }
        return (.allocate(byteCount: rounded, alignment: Self.alignment), rounded)
    }

    /// Gives a buffer back with the size that `take` said.
    package func giveBack(_ pointer: UnsafeMutableRawPointer, byteCount: Int) {
        let buffer = Kept(pointer: pointer, byteCount: byteCount)
        let kept = state.withLock { state in
            state.lentBytes -= byteCount
            guard state.keptBytes + buffer.byteCount <= byteLimit else { return false }
            let index = state.kept.firstIndex { $0.byteCount >= buffer.byteCount } ?? state.kept.endIndex
            state.kept.insert(buffer, at: index)
            state.keptBytes += buffer.byteCount
            return true
        }
        if !kept { pointer.deallocate() }
    }

    /// Lends a buffer of at least `byteCount` bytes with arbitrary content.
    package func withScratch<Result>(
        byteCount: Int, _ body: (UnsafeMutableRawPointer) throws -> Result
    ) rethrows -> Result {
        let buffer = take(byteCount: byteCount)
        defer { giveBack(buffer.pointer, byteCount: buffer.byteCount) }
        return try body(buffer.pointer)
    }
}
