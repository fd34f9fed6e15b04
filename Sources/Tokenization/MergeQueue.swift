/// Merges that wait for their turn: those of the lowest rank come first, and of one rank the leftmost.
///
/// A binary heap, which costs nothing to make, however many ranks there are.
struct MergeQueue {
    /// The bits of a position. A rank has at most 31.
    private static let positionBits: UInt64 = 33

    /// Ranks with positions below them.
    private var keys: [UInt64] = []

    mutating func insert(rank: Int32, position: Int) {
        let key = UInt64(UInt32(bitPattern: rank)) << Self.positionBits | UInt64(truncatingIfNeeded: position)
        var child = keys.count
        keys.append(key)
        while child > 0 {
            let parent = (child - 1) / 2
            guard key < keys[parent] else { break }
            keys[child] = keys[parent]
            child = parent
        }
        keys[child] = key
    }

    mutating func popFirst() -> (rank: Int32, position: Int)? {
        guard let first = keys.first, let last = keys.popLast() else { return nil }
        if !keys.isEmpty { sink(last) }
        let position = Int(truncatingIfNeeded: first & (1 << Self.positionBits - 1))
        return (Int32(truncatingIfNeeded: first >> Self.positionBits), position)
    }

    /// Finds the place of a key, that of the first having become free.
    private mutating func sink(_ key: UInt64) {
        var parent = 0
        while true {
            var child = 2 * parent + 1
            if child + 1 < keys.count, keys[child + 1] < keys[child] { child += 1 }
            guard child < keys.count, keys[child] < key else { break }
            keys[parent] = keys[child]
            parent = child
        }
        keys[parent] = key
    }
}
