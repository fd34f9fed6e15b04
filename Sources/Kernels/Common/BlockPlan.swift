/// How the float32 kernel blocks a product for the caches. It changes the speed, and no bit of the result.
@usableFromInline
struct BlockPlan {
    /// Whether x is copied into the order in which tiles read it. From some fifty rows on that pays.
    @usableFromInline let packs: Bool
    /// Columns that are computed together for a piece of the depth, while their sums are in scratch memory.
    @usableFromInline let columnStep: Int
    /// K is cut into equal pieces of at most 768: six rows of x and four of W then fit the first-level cache. Few rows
    /// are memory-bound, and take half of that: the four rows of W that are prefetched meanwhile fit as well.
    @usableFromInline let depthStep: Int

    @inlinable @inline(__always)
    init(rows: Int, depth: Int, tileRows: Int, laneCount: Int) {
        packs = rows > 48
        columnStep = packs ? 48 : 4
        if rows <= tileRows && laneCount == 16 {
            // A single tile: the weights are read once, straight.
            depthStep = max((depth &+ 15) / 16 &* 16, 16)
        } else {
            let limit = isMemoryBound(rows: rows) ? 384 : 768
            let pieces = max((depth &+ limit &- 1) / limit, 1)
            depthStep = max(((depth &+ pieces &- 1) / pieces &+ 15) / 16 &* 16, 16)
        }
    }

    /// The scratch memory that a block needs, in bytes.
    @inlinable @inline(__always)
    func scratchBytes(rows: Int, depth: Int) -> Int {
        let sums = rows &* columnStep &* 64
        let packed = packs ? rows &* ((depth &+ 15) / 16) &* 64 : 0
        return constantBytes &+ sums &+ packed
    }
}

/// The rows of the next tile, so that no tile is left with few of them.
@inlinable @inline(__always)
func tileHeight(remaining: Int, limit: Int) -> Int {
    if remaining >= 2 &* limit { return limit }
    return remaining > limit ? (remaining &+ 1) / 2 : remaining
}

/// Whether a product has so few rows, as in decode steps, that it waits for weights from memory: it then takes pieces of the
/// depth that the first-level cache holds.
@inlinable @inline(__always)
func isMemoryBound(rows: Int) -> Bool { rows <= 32 }
