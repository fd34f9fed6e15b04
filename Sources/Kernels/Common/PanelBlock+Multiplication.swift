extension PanelBlock {
    /// Computes the block.
    ///
    /// Each element sums the groups of the depth in their order, whatever tile, block or piece it is in. That makes the
    /// product batch-invariant.
    /// - Parameter scratch: `scratchBytes`, on a cache line.
    @inlinable @inline(__always)
    public func multiply<A: PanelArithmetic>(_: A.Type, scratch: UnsafeMutableRawPointer) {
        if let activeGroups { return multiply(A.self, active: activeGroups, scratch: scratch) }
        let groups = format.groups(depth: depth)
        let padded = PanelFormat.paddedColumns(columns)
        // A single tile reads the weights once, in one piece; more tiles read them in equal pieces.
        let limit = Self.groupLimit(rows: rows)
        let pieces = rows <= A.tileRows ? 1 : max((groups &+ limit &- 1) / limit, 1)
        let groupStep = max((groups &+ pieces &- 1) / pieces, 1)
        let end = panels + min(PanelFormat.paddedColumns(range.upperBound), padded) &* groups &* 4
        var column = range.lowerBound
        while column < range.upperBound {
            let width = min(PanelFormat.panelColumns, padded &- column)
            let panel = panels + column &* groups &* 4
            var group = 0
            repeat {
                let count = min(groupStep, groups &- group)
                var saved = scratch
                // While tiles read this piece they prefetch the next, which follows it. A single tile is memory-bound, and
                // prefetches a short distance ahead.
                let piece = panel + group &* width &* 4
                let pieceBytes = count &* width &* 4
                var upcoming = piece + (rows > A.tileRows ? pieceBytes : Self.prefetchDistance)
                var unit = 0
                while unit < width {
                    let vectors = Self.vectors(A.self, columns: width &- unit)
                    var row = 0
                    while row < rows {
                        let height = tileHeight(remaining: rows &- row, limit: A.tileRows)
                        let isUseful = unit == 0 && upcoming < end
                        // In proportion to its rows, the tile's share of the next piece.
                        let step = isUseful ? (width &* 4 &* height &+ rows &- 1) / rows : 0
                        let tile = PanelTile(
                            activations: activations + row &* rowStride + group &* 4, rowStride: rowStride,
                            weights: panel + (group &* width &+ unit) &* 4, groupStride: width &* 4, groups: count,
                            upcoming: upcoming, upcomingStep: step, parts: scratch + Self.sumBytes(rows: rows),
                            isFirst: group == 0)
                        let isLast = group &+ count == groups
                        if isLast {
                            prefetch(
                                rows: height, columns: vectors &* A.Vectors.laneCount, row: row,
                                column: column &+ unit)
                        }
                        tile.multiply(A.self, height: height, vectors: vectors, saved: saved)
                        if isLast {
                            finish(
                                A.self, saved, rows: height, vectors: vectors, row: row, column: column &+ unit)
                        }
                        // With the depth in one piece, all tiles use the same sums in the first-level cache.
                        if pieces > 1 { saved += height &* vectors &* A.Vectors.laneCount &* 4 }
                        upcoming += step &* count
                        row &+= height
                    }
                    unit &+= vectors &* A.Vectors.laneCount
                }
                group &+= count
            } while group < groups
            column &+= PanelFormat.panelColumns
        }
    }

    /// How many bytes ahead a single tile prefetches.
    @inlinable @inline(__always)
    static var prefetchDistance: Int { 4096 }

    /// How many vectors the next tile is wide: a power of two.
    @inlinable @inline(__always)
    static func vectors<A: PanelArithmetic>(_: A.Type, columns: Int) -> Int {
        var vectors = A.tileVectors
        while vectors &* A.Vectors.laneCount > columns { vectors /= 2 }
        return vectors
    }
}
