extension PanelBlock {
    /// Computes the block with some groups of the depth, which the rows of activations consist of. For few rows, as in decode
    /// steps: the others' weights are not read.
    /// - Parameter scratch: `scratchBytes`, on a cache line.
    @inlinable @inline(__always)
    func multiply<A: PanelArithmetic>(_: A.Type, active: ActiveGroups, scratch: UnsafeMutableRawPointer) {
        let groups = format.groups(depth: depth)
        let padded = PanelFormat.paddedColumns(columns)
        var column = range.lowerBound
        while column < range.upperBound {
            let width = min(PanelFormat.panelColumns, padded &- column)
            let panel = panels + column &* groups &* 4
            var unit = 0
            while unit < width {
                let vectors = Self.vectors(A.self, columns: width &- unit)
                var row = 0
                while row < rows {
                    let height = tileHeight(remaining: rows &- row, limit: A.tileRows)
                    // The first tile fetches all columns of the panel from memory.
                    let isFirst = unit == 0 && row == 0
                    let tile = PanelTile(
                        activations: activations + row &* rowStride, rowStride: rowStride, weights: panel + unit &* 4,
                        groupStride: width &* 4, groups: active.count, indices: active.indices, upcoming: panel,
                        upcomingStep: isFirst ? width &* 4 : 0, parts: scratch + Self.sumBytes(rows: rows),
                        isFirst: true)
                    tile.multiply(A.self, height: height, vectors: vectors, saved: scratch)
                    finish(A.self, scratch, rows: height, vectors: vectors, row: row, column: column &+ unit)
                    row &+= height
                }
                unit &+= vectors &* A.Vectors.laneCount
            }
            column &+= PanelFormat.panelColumns
        }
    }
}
