extension PanelBlock {
    /// Computes the block.
    ///
    /// An element's sum takes the groups of the depth in their order, whatever tile, block or piece it falls in.
    /// - Parameter scratch: `scratchBytes`, on a cache line.
    @inlinable @inline(__always)
    public func multiply<A: PanelArithmetic>(_: A.Type, scratch: UnsafeMutableRawPointer) {
        let groups = format.groups(depth: depth)
        let padded = PanelFormat.paddedColumns(columns)
        // A single tile reads weights once, straight; otherwise equal pieces.
        let pieces = rows <= A.tileRows ? 1 : max((groups &+ Self.groupLimit &- 1) / Self.groupLimit, 1)
        let groupStep = max((groups &+ pieces &- 1) / pieces, 1)
        var column = range.lowerBound
        while column < range.upperBound {
            let width = min(PanelFormat.panelColumns, padded &- column)
            let panel = panels + column &* groups &* 4
            var group = 0
            repeat {
                let count = min(groupStep, groups &- group)
                var saved = scratch
                var unit = 0
                while unit < width {
                    let vectors = Self.vectors(A.self, columns: width &- unit)
                    var row = 0
                    while row < rows {
                        let height = tileHeight(remaining: rows &- row, limit: A.tileRows)
                        let tile = PanelTile(
                            activations: activations + row &* rowStride + group &* 4, rowStride: rowStride,
                            weights: panel + (group &* width &+ unit) &* 4, groupStride: width &* 4, groups: count,
                            isFirst: group == 0, isLast: group &+ count == groups, row: row, column: column &+ unit)
                        tile.multiply(A.self, height: height, vectors: vectors, block: self, saved: saved)
                        saved += height &* vectors &* A.Vectors.laneCount &* 4
                        row &+= height
                    }
                    unit &+= vectors &* A.Vectors.laneCount
                }
                group &+= count
            } while group < groups
            column &+= PanelFormat.panelColumns
        }
    }

    /// How many vectors the next tile is wide: a power of two.
    @inlinable @inline(__always)
    static func vectors<A: PanelArithmetic>(_: A.Type, columns: Int) -> Int {
        var vectors = A.tileVectors
        while vectors &* A.Vectors.laneCount > columns { vectors /= 2 }
        return vectors
    }
}
